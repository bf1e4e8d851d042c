"""Refusals are known in the errors of both client libraries."""

import aiokafka.errors
import kafka.errors
import pytest

from paysignal.security.refusals import refusal_of


@pytest.mark.parametrize("library", [kafka.errors, aiokafka.errors])
@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("TopicAuthorizationFailed", "may not use a topic"),
        ("GroupAuthorizationFailed", "may not use the consumer group"),
        ("TransactionalIdAuthorizationFailed", "transactional ids"),
        ("ClusterAuthorizationFailed", "on the cluster"),
        ("SaslAuthenticationFailed", "name or the password is wrong"),
        ("UnsupportedSaslMechanism", "PAYSIGNAL_SASL_MECHANISM"),
    ],
)
def test_a_refusal_says_what_to_do(library: object, name: str, told: str) -> None:
    """Each refusal of either library, also as the cause of another error, is told with what mends it."""
    kind = getattr(library, f"{name}Error", None) or getattr(library, name)
    wrapped = RuntimeError("x")
    wrapped.__cause__ = kind("paysignal.facts.v1")

    assert told in str(refusal_of(wrapped))
    assert "paysignal.facts.v1" in str(refusal_of(wrapped))


def test_other_errors_are_no_refusals() -> None:
    """A broker that is away is waited for, and an error that causes itself is looked at and left."""
    ring = ValueError("x")
    ring.__cause__ = ring

    assert refusal_of(ring) is None
    assert refusal_of(kafka.errors.KafkaConnectionError("away")) is None
