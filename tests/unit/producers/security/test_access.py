"""Access: what clients are told, and what nobody is."""

import ssl
from pathlib import Path

import pytest
import trustme

from paysignal.security.access import OPEN, Access, Broker, Login, access_of, client_settings, login_of
from paysignal.security.contexts import tls_context
from paysignal.security.errors import KeysUnusable

LOGIN = Login("SCRAM-SHA-512", "ann", "hunter2")


@pytest.mark.parametrize(
    ("access", "protocol"),
    [
        (OPEN, "PLAINTEXT"),
        (Access(login=LOGIN), "SASL_PLAINTEXT"),
        (Access(tls=ssl.create_default_context()), "SSL"),
        (Access(tls=ssl.create_default_context(), login=LOGIN), "SASL_SSL"),
    ],
)
def test_the_protocol_follows_from_what_is_given(access: Access, protocol: str) -> None:
    """Kafka's name of the protocol is no setting beside the keys that could contradict them."""
    assert protocol == access.protocol
    assert protocol == client_settings(Broker("h:9092", access))["security_protocol"]


def test_a_bare_address_is_open() -> None:
    """A string without access gives a client that asks for no TLS and sends no password."""
    assert {"bootstrap_servers": ["a:1", "b:2"], "security_protocol": "PLAINTEXT"} == client_settings("a:1, b:2")
    assert access_of("a:1") is OPEN


def test_no_password_is_printed() -> None:
    """Neither the address nor its access, printed in any way, shows the password; a part of it has no access."""
    broker = Broker("h:9092", Access(login=LOGIN))

    assert "hunter2" not in f"{broker} {broker!r} {broker.access} {broker.access!r} {LOGIN!r}"
    assert access_of(broker.partition(":")[0]) is OPEN
    assert client_settings(broker)["sasl_plain_password"] == "hunter2"


@pytest.mark.parametrize(("user", "password", "named"), [(None, "x", "sasl_username"), ("ann", "", "sasl_password")])
def test_half_a_login_is_refused(user: str | None, password: str, named: str) -> None:
    """A name without a password, or the other way round, is told before any broker is asked."""
    with pytest.raises(KeysUnusable, match=named):
        login_of("PLAIN", user, password)


def test_a_context_checks_the_broker(tmp_path: Path) -> None:
    """Names and certificates of brokers are always checked, and TLS is 1.2 at least."""
    authority = tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(authority)

    context = tls_context(authority, None, None, None)

    assert (True, ssl.CERT_REQUIRED) == (context.check_hostname, context.verify_mode)
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


def test_files_that_are_no_use_are_named(tmp_path: Path) -> None:
    """A missing file, one that is no PEM, a key of another certificate, a key alone: each names its setting."""
    missing, garbage, authority = tmp_path / "missing", tmp_path / "garbage", trustme.CA()
    garbage.write_text("no pem")
    one, other = authority.issue_cert("a"), authority.issue_cert("b")
    certificate, key = tmp_path / "one.pem", tmp_path / "other.key"
    one.cert_chain_pems[0].write_to_path(certificate)
    other.private_key_pem.write_to_path(key)

    for files, told in (
        ((missing, None, None), "tls_ca_file .*No such file"),
        ((garbage, None, None), "tls_ca_file .*PEM"),
        ((None, certificate, key), "tls_certificate_file .*key values mismatch"),
        ((None, None, key), "tls_key_file .*without its certificate"),
    ):
        with pytest.raises(KeysUnusable, match=told):
            tls_context(files[0], files[1], files[2], None)


def test_a_locked_key_asks_nobody(tmp_path: Path) -> None:
    """A key with a password and none given is an error, not a question on the terminal."""
    locked = tmp_path / "locked.pem"
    locked.write_text("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n")

    with pytest.raises(KeysUnusable, match="tls_certificate_file"):
        tls_context(None, locked, locked, None)
