"""The compose file against what it refers to: our command line, our settings, the files it mounts, its own names.

No Docker engine is needed: what can be wrong in it before an image runs is checked here.
"""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from click.testing import CliRunner

from paysignal.command.main import main
from paysignal.command.settings import PREFIX, Settings, resolved
from tests.tools.brokers import KAFKA_VERSION
from tests.tools.compose import COMPOSE, compose_file, env, ours, variables_used
from tests.tools.need import CHECKOUT
from tests.tools.prometheus import SHIPPED

DOCKERFILE = COMPOSE / "Dockerfile"
FILE = compose_file()
SERVICES: dict[str, dict[str, Any]] = FILE["services"]
OURS = ours(SERVICES)

#: Keys of a service that the Compose specification has and this file may use.
KEYS = {
    *("build", "cap_drop", "command", "depends_on", "environment", "healthcheck", "image", "init", "logging", "ports"),
    *("read_only", "restart", "security_opt", "stop_grace_period", "tmpfs", "volumes"),
}

every_service = pytest.mark.parametrize("name", SERVICES)
each_of_ours = pytest.mark.parametrize("name", OURS)


def _health_port(service: Mapping[str, Any]) -> int:
    """The port that the health check of one of our services asks."""
    return int(re.findall(r"127\.0\.0\.1:(\d+)/ready", " ".join(service["healthcheck"]["test"]))[0])


def _needs(name: str) -> Iterator[str]:
    """Everything that must be up before a service, however indirectly; ends only without a cycle."""
    for needed in SERVICES[name].get("depends_on", {}):
        yield needed
        yield from _needs(needed)


def _parsed(command: list[str]) -> click.Context:
    """The arguments as click parses them; raises UsageError for what the last subcommand does not take."""
    rest = list(command)
    context = click.Context(main, info_name="paysignal")
    found: click.Command = main
    while isinstance(found, click.Group):
        name = rest.pop(0)
        found = found.get_command(context, name) or pytest.fail(f"{context.command_path} has no {name}")
        context = click.Context(found, parent=context, info_name=name)
    return found.make_context(context.info_name, rest, parent=context.parent)


@every_service
def test_a_service_has_only_keys_of_the_compose_specification(name: str) -> None:
    """A misspelt key stops Compose itself, which does not run here; a new one is added to the list after a look."""
    service = SERVICES[name]

    assert set() == service.keys() - KEYS
    assert set() == service.get("healthcheck", {}).keys() - {"test", "interval", "timeout", "retries", "start_period"}
    assert set() == service.get("build", {}).keys() - {"context", "dockerfile", "args"}
    assert {"name", "services", "volumes"} == {key for key in FILE if not key.startswith("x-")}


@each_of_ours
def test_a_command_is_one_that_paysignal_has(name: str) -> None:
    """A flag or subcommand that was renamed would end the container with exit code 2."""
    parsed = _parsed(OURS[name]["command"])

    assert f"paysignal {' '.join(OURS[name]['command'])}".startswith(parsed.command_path)


def test_the_samples_are_those_that_ship() -> None:
    """Sources are no flags, so click lets any through: each must be read by `produce` without complaint."""
    sources = [each for service in OURS.values() for each in service["command"] if each.startswith("sample:")]
    done = CliRunner().invoke(main, ["produce", *sorted(set(sources)), "--count", "3", "--dry-run"])

    assert (0, 3) == (done.exit_code, len(set(sources))), done.output


@each_of_ours
def test_the_environment_is_made_of_settings(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelt PAYSIGNAL_ variable is not seen by anybody: each names a setting, and its value is accepted."""
    environment = {key: str(value) for key, value in OURS[name]["environment"].items()}
    for key in [key for key in os.environ if key.startswith(PREFIX)]:
        monkeypatch.delenv(key)
    for key, value in environment.items():
        monkeypatch.setenv(key, value)
    known = {PREFIX + field.upper() for field in Settings.model_fields}

    assert set() == environment.keys() - known
    assert ("kafka:9092", "0.0.0.0") == (resolved({}).broker, resolved({}).host)


@every_service
def test_an_image_has_a_version(name: str) -> None:
    """Tomorrow's start is today's: an exact tag, from .env."""
    image, _, tag = SERVICES[name]["image"].partition(":")

    assert image
    assert re.fullmatch(r"v?\d+\.\d+\.\d+", tag)


def test_versions_are_those_that_are_tested() -> None:
    """Kafka is the one that the broker tests run, the image has the version of the project, Python is a tested one."""
    project = (CHECKOUT / "pyproject.toml").read_text()
    (version,) = re.findall(r'^version = "(.+)"$', project, flags=re.MULTILINE)
    tags = env()

    assert f"apache/kafka:{KAFKA_VERSION}" == tags["KAFKA_IMAGE"]
    assert f"paysignal:{version}" == tags["PAYSIGNAL_IMAGE"]
    assert f'"Programming Language :: Python :: {tags["PYTHON_IMAGE"].split(":")[1].split("-")[0]}"' in project


def test_every_variable_of_env_is_used() -> None:
    """What nobody reads looks like a knob and turns nothing."""
    assert set(env()) == variables_used()


@every_service
def test_what_is_mounted_exists_and_is_read_only(name: str) -> None:
    """Docker makes an empty folder of a missing path, and Prometheus then starts without a rule."""
    for volume in SERVICES[name].get("volumes", []):
        source, target, *mode = volume.split(":")
        assert target.startswith("/")
        if source.startswith("."):
            assert (COMPOSE / source).resolve().exists(), source
            assert ["ro"] == mode, f"{volume}: files of the checkout are mounted read-only"
        else:
            assert source in FILE["volumes"]


@every_service
def test_ports_are_on_loopback(name: str) -> None:
    """Nothing asks for a password, so nothing is offered to the network."""
    assert [] == [port for port in SERVICES[name].get("ports", []) if not port.startswith("127.0.0.1:")]


@every_service
def test_it_starts_after_what_it_needs_is_there(name: str) -> None:
    """Each need names a service: of one that runs on its health is waited for, of one that ends its success."""
    for needed, how in SERVICES[name].get("depends_on", {}).items():
        expected = "service_healthy" if "healthcheck" in SERVICES[needed] else "service_completed_successfully"
        assert expected == how["condition"]


def test_everything_of_ours_waits_for_the_topics_and_they_for_kafka() -> None:
    """A worker or producer that is first finds no topics and ends."""
    assert {"kafka": {"condition": "service_healthy"}} == SERVICES["topics"]["depends_on"]
    assert [] == [name for name in OURS if name != "topics" and "topics" not in _needs(name)]


@every_service
def test_what_runs_on_is_watched_and_started_again(name: str) -> None:
    """A service that should never end has a health check and a restart policy."""
    service = SERVICES[name]
    if service["restart"] == "on-failure":
        assert "healthcheck" not in service
    else:
        assert ("unless-stopped", True) == (service["restart"], "healthcheck" in service)


@every_service
def test_a_service_may_do_little(name: str) -> None:
    """A read-only image, no capabilities, no way to more; Kafka's own image writes its configuration when it starts."""
    service = SERVICES[name]
    locked = (service.get("read_only"), service.get("cap_drop"), service.get("security_opt"))

    assert name == "kafka" or (True, ["ALL"], ["no-new-privileges:true"]) == locked


def test_prometheus_scrapes_the_ports_that_are_served() -> None:
    """The targets are services of ours, each at the port that its setting has and its health check asks."""
    groups = yaml.safe_load((COMPOSE / "targets" / "paysignal.yml").read_text())
    served = {f"{name}:{_health_port(service)}" for name, service in OURS.items() if "healthcheck" in service}
    ports = {Settings.model_fields[f"{process}_port"].default for process in ("worker", "exporter", "producer")}

    assert served == {target for group in groups for target in group["targets"]}
    assert ports == {_health_port(service) for service in OURS.values() if "healthcheck" in service}


def test_alertmanager_is_where_prometheus_looks() -> None:
    """The service's name and port, and a configuration that is mounted where its command says."""
    (group,) = yaml.safe_load((COMPOSE / "alertmanagers" / "paysignal.yml").read_text())
    service = SERVICES["alertmanager"]
    mounted = {volume.split(":")[1] for volume in service["volumes"]}

    assert ["alertmanager:9093"] == group["targets"]
    assert "--config.file=/etc/alertmanager/alertmanager.yml" in service["command"]
    assert "/etc/alertmanager/alertmanager.yml" in mounted


def test_each_worker_has_a_place_of_its_own_in_the_group() -> None:
    """Two of one name would put each other out of the group again and again."""
    names = [service["command"][-1] for service in OURS.values() if service["command"][0] == "worker"]

    assert ["worker-1", "worker-2"] == names


def test_targets_here_and_in_compose_have_the_same_jobs() -> None:
    """Rules ask for jobs: a target that is called otherwise in one of the two would be watched by nobody there."""
    here, there = (
        [group["labels"]["job"] for group in yaml.safe_load(path.read_text())]
        for path in (SHIPPED / "targets" / "paysignal.yml", COMPOSE / "targets" / "paysignal.yml")
    )

    assert here == there


def test_prometheus_finds_rules_and_targets_where_it_looks() -> None:
    """Its configuration names folders beside itself; each is mounted there."""
    mounted = {volume.split(":")[1]: volume.split(":")[0] for volume in SERVICES["prometheus"]["volumes"]}
    config = yaml.safe_load((SHIPPED / "prometheus.yml").read_text())
    looked_at = [
        *config["rule_files"],
        *config["scrape_configs"][0]["file_sd_configs"][0]["files"],
        *config["alerting"]["alertmanagers"][0]["file_sd_configs"][0]["files"],
    ]

    assert "--config.file=/etc/prometheus/prometheus.yml" in SERVICES["prometheus"]["command"]
    for pattern in looked_at:
        folder, glob = pattern.split("/")
        assert list((COMPOSE / mounted[f"/etc/prometheus/{folder}"]).glob(glob)), pattern


def test_grafana_finds_what_its_provisioning_names() -> None:
    """The folder of dashboards, the home dashboard and the address of Prometheus are those of the compose file."""
    grafana = SERVICES["grafana"]
    mounted = {volume.split(":")[1]: COMPOSE / volume.split(":")[0] for volume in grafana["volumes"]}
    provider = yaml.safe_load((mounted["/etc/grafana/provisioning/dashboards"] / "paysignal.yml").read_text())
    home = Path(grafana["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"])

    assert provider["providers"][0]["options"]["path"] in mounted
    assert (mounted[str(home.parent)] / home.name).is_file()
    assert "http://prometheus:9090" == grafana["environment"]["PROMETHEUS_URL"]


def test_kafkas_listeners_are_where_its_clients_look() -> None:
    """Containers reach it as kafka:9092, this machine by the published port: a client goes where it is advertised."""
    kafka = SERVICES["kafka"]
    environment = kafka["environment"]
    advertised = dict(each.split("://") for each in environment["KAFKA_ADVERTISED_LISTENERS"].split(","))
    listens = dict(each.split("://:") for each in environment["KAFKA_LISTENERS"].split(","))
    host, outside, inside = kafka["ports"][0].split(":")

    assert {"INSIDE": "kafka:9092", "OUTSIDE": f"{host}:{outside}"} == advertised
    assert ("9092", inside) == (listens["INSIDE"], listens["OUTSIDE"])


def test_the_image_copies_what_exists_and_what_the_wheel_needs() -> None:
    """Each path that the Dockerfile copies is there and let through by its ignore file; all roots are among them."""
    copied = [
        path
        for line in DOCKERFILE.read_text().splitlines()
        if line.startswith("COPY ") and "--from" not in line
        for path in line.split()[1:-1]
    ]
    let_through = {
        line[1:] for line in (COMPOSE / "Dockerfile.dockerignore").read_text().splitlines() if line[:1] == "!"
    }

    assert [] == [path for path in copied if not (CHECKOUT / path).exists()]
    assert set(copied) == let_through
    assert {"producers", "streams", "metrics", "deploy/paysignal", "deploy/requirements.lock"} <= set(copied)


def test_the_image_runs_paysignal_as_nobody() -> None:
    """The last stage sets a numeric user that is not root, before its entry point, which is our command."""
    last = DOCKERFILE.read_text().split("\nFROM ")[-1]
    (user,) = re.findall(r"^USER (\d+):\d+$", last, flags=re.MULTILINE)

    assert int(user) > 0
    assert 'ENTRYPOINT ["paysignal"]' in last
    assert "--require-hashes" in DOCKERFILE.read_text()
