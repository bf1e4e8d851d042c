"""The manifests, rendered by kustomize, against Kubernetes' own schemas and against what they refer to."""

import re
import subprocess

import kubernetes_validate
import pytest
import yaml
from click.testing import CliRunner

from paysignal.command.main import main
from paysignal.command.settings import PREFIX, Settings, resolved
from paysignal.facts.topics import DEFAULT_PARTITIONS
from paysignal.security.rights import COMPONENTS
from tests.tools.dashboards import rules
from tests.tools.kubernetes import KUBERNETES, OVERLAYS, Manifest, named, pods, rendered
from tests.tools.need import CHECKOUT, require

#: Kinds of the Prometheus operator, whose schemas are no part of Kubernetes.
_OPERATOR = {"ServiceMonitor", "PrometheusRule"}
_PORTS = {"exporter": 9464, "worker": 9465, "producer": 9466}

in_every_overlay = pytest.mark.parametrize("overlay", OVERLAYS)


def _containers(overlay: str) -> dict[str, Manifest]:
    return {name: pod["spec"]["containers"][0] for name, pod in pods(overlay).items()}


@in_every_overlay
@pytest.mark.parametrize("version", ["1.29", "1.33"])
def test_every_object_is_valid(overlay: str, version: str) -> None:
    """Strict: a misspelt or misplaced field is refused, which a cluster would drop in silence."""
    for each in rendered(overlay):
        if each["kind"] not in _OPERATOR:
            kubernetes_validate.validate(each, version, strict=True)


@in_every_overlay
def test_a_pod_may_do_little(overlay: str) -> None:
    """Not root, nothing to write to but what is mounted, no capability, no token: what `restricted` asks and more."""
    for name, pod in pods(overlay).items():
        spec, container = pod["spec"], _containers(overlay)[name]
        security = container["securityContext"]

        assert spec["automountServiceAccountToken"] is False
        assert (True, "RuntimeDefault") == (
            spec["securityContext"]["runAsNonRoot"],
            spec["securityContext"]["seccompProfile"]["type"],
        )
        assert (False, True, ["ALL"]) == (
            security["allowPrivilegeEscalation"],
            security["readOnlyRootFilesystem"],
            security["capabilities"]["drop"],
        )
        assert {"requests", "limits"} <= container["resources"].keys()
        assert "cpu" not in container["resources"]["limits"], "a throttled worker misses its heartbeats"


@in_every_overlay
def test_commands_and_settings_exist(overlay: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each container runs a command that paysignal has, told by variables that are settings with values it takes."""
    for container in _containers(overlay).values():
        assert 0 == CliRunner().invoke(main, [*_words(container["args"]), "--help"]).exit_code
        given = _environment(overlay, container)
        assert set() == given.keys() - {PREFIX + name.upper() for name in Settings.model_fields}
        for key, value in given.items():
            # Files of keys are on no disk here; what is read of them is tested where they are.
            monkeypatch.setenv(key, "plaintext" if key.endswith("SECURITY_PROTOCOL") else value)
        assert "0.0.0.0" == resolved({}).host
        for key in given:
            monkeypatch.delenv(key)


def _words(arguments: list[str]) -> list[str]:
    """The subcommands at the beginning of a container's arguments."""
    return arguments[:2] if arguments[0] == "topics" else arguments[:1]


def _environment(overlay: str, container: Manifest) -> dict[str, str]:
    name = container["envFrom"][0]["configMapRef"]["name"]
    settings: dict[str, str] = dict(named(overlay, "ConfigMap", name)["data"])
    return settings | {each["name"]: each.get("value", "x") for each in container.get("env", [])}


@in_every_overlay
def test_probes_ask_where_it_listens(overlay: str) -> None:
    """Port and paths of every probe and service are those that the process serves."""
    for short, port in _PORTS.items():
        container = _containers(overlay)[f"paysignal-{short}"]
        service = named(overlay, "Service", f"paysignal-{short}")

        assert [{"name": "http", "containerPort": port}] == container["ports"]
        assert [(port, "http")] == [(each["port"], each["targetPort"]) for each in service["spec"]["ports"]]
        assert Settings.model_fields[f"{short}_port"].default == port
        for probe, path in (("startupProbe", "/live"), ("livenessProbe", "/live"), ("readinessProbe", "/ready")):
            assert {"path": path, "port": "http"} == container[probe]["httpGet"]


@in_every_overlay
def test_a_worker_is_a_static_member(overlay: str) -> None:
    """Its pod's name is its place in the group, and it has the time that its orderly end takes."""
    spec = pods(overlay)["paysignal-worker"]["spec"]
    (instance,) = (each for each in spec["containers"][0]["env"] if each["name"] == "PAYSIGNAL_INSTANCE")

    assert "metadata.name" == instance["valueFrom"]["fieldRef"]["fieldPath"]
    assert spec["terminationGracePeriodSeconds"] > 10
    assert 1 == named(overlay, "PodDisruptionBudget", "paysignal-worker")["spec"]["maxUnavailable"]


@in_every_overlay
def test_selectors_find_what_they_are_for(overlay: str) -> None:
    """Services, budgets and network policies name labels that some pod has."""
    labels = [pod["metadata"]["labels"] for pod in pods(overlay).values()]
    selectors = [
        each["spec"]["selector"].get("matchLabels", each["spec"]["selector"])
        for each in rendered(overlay)
        if each["kind"] in {"Service", "PodDisruptionBudget"}
    ]
    selectors += [
        each["spec"]["podSelector"]["matchLabels"] for each in rendered(overlay) if each["kind"] == "NetworkPolicy"
    ]

    assert selectors
    for selector in selectors:
        assert any(selector.items() <= one.items() for one in labels), selector


@in_every_overlay
def test_what_no_policy_allows_is_refused(overlay: str) -> None:
    """One policy covers every pod in both directions; the producer reaches the web and no private address."""
    everything = named(overlay, "NetworkPolicy", "paysignal-nothing-else")["spec"]
    fetches = named(overlay, "NetworkPolicy", "paysignal-fetches")["spec"]

    assert ["Ingress", "Egress"] == everything["policyTypes"]
    assert "ingress" not in everything
    assert {"10.0.0.0/8", "192.168.0.0/16"} <= set(fetches["egress"][0]["to"][0]["ipBlock"]["except"])


def test_in_production_nobody_shares_a_user() -> None:
    """Each component logs in as itself, by a secret that is a file or a reference, never a value."""
    users = {}
    for name, container in _containers("production").items():
        given = {each["name"]: each for each in container["env"]}
        users[name] = given["PAYSIGNAL_SASL_USERNAME"]["valueFrom"]["secretKeyRef"]["key"]
        assert given["PAYSIGNAL_SASL_PASSWORD_FILE"]["value"].startswith("/etc/paysignal/kafka/password-")
        assert "PAYSIGNAL_SASL_PASSWORD" not in given

    assert len(users) == len(set(users.values()))
    assert (
        "sasl_ssl"
        == _environment("production", _containers("production")["paysignal-worker"])["PAYSIGNAL_SECURITY_PROTOCOL"]
    )
    for path in (KUBERNETES / "overlays" / "production").glob("secured-*.yaml"):
        (component,) = re.findall(r"topics acls (\w+)`", path.read_text())
        assert component in COMPONENTS


def test_workers_grow_with_the_lag_up_to_the_partitions() -> None:
    """More workers than partitions would have nothing to do; the metric is one that workers serve."""
    scaler = named("production", "HorizontalPodAutoscaler", "paysignal-worker")["spec"]
    metric = scaler["metrics"][0]["pods"]["metric"]["name"]

    assert DEFAULT_PARTITIONS == scaler["maxReplicas"]
    # The page is generated from the code, and a test holds it to that.
    assert f"`{metric}`" in (CHECKOUT / "docs" / "metrics.md").read_text()


@pytest.mark.prometheus
def test_the_operators_rules_are_the_rules_that_ship(tmp_path_factory: pytest.TempPathFactory) -> None:
    """`make manifests` was run after the last change of a rule, and promtool takes the manifest's groups."""
    manifest = named("production", "PrometheusRule", "paysignal")
    groups = tmp_path_factory.mktemp("rules") / "rules.yml"
    groups.write_text(yaml.safe_dump(manifest["spec"]))

    assert [rule for group in manifest["spec"]["groups"] for rule in group["rules"]] == list(rules())
    done = subprocess.run([require("promtool"), "check", "rules", str(groups)], capture_output=True, check=False)
    assert 0 == done.returncode, done.stdout


def test_each_monitor_scrapes_under_the_job_that_rules_name() -> None:
    """The operator takes the job from a label of the service; rules and dashboards ask for that very name."""
    for short in _PORTS:
        monitor = named("production", "ServiceMonitor", f"paysignal-{short}")["spec"]
        labels = named("production", "Service", f"paysignal-{short}")["metadata"]["labels"]

        assert monitor["selector"]["matchLabels"].items() <= labels.items()
        assert f"paysignal-{short}" == labels[monitor["jobLabel"]]
        assert ["http"] == [each["port"] for each in monitor["endpoints"]]
