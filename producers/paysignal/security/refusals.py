"""Refusals: what a broker's no means, and what to do about it, in a sentence.

kafka-python and aiokafka name their errors alike, so an error is known by its class's name, of whichever of the two.
"""

from collections.abc import Iterator
from typing import Final

_RIGHTS: Final = "`paysignal topics acls` prints the rights that each component needs"

_MEANINGS: Final = {
    "SaslAuthenticationFailed": "the name or the password is wrong; set PAYSIGNAL_SASL_USERNAME and "
    "PAYSIGNAL_SASL_PASSWORD_FILE to a user of the broker's",
    "UnsupportedSaslMechanism": "it takes another SASL mechanism; set PAYSIGNAL_SASL_MECHANISM to one of the broker's",
    "IllegalSaslState": "it asks for no SASL on this port; set PAYSIGNAL_SECURITY_PROTOCOL to ssl or plaintext",
    "TopicAuthorizationFailed": f"this user may not use a topic; {_RIGHTS}",
    "GroupAuthorizationFailed": f"this user may not use the consumer group; {_RIGHTS}",
    "TransactionalIdAuthorizationFailed": f"this user may not use the transactional ids of the group; {_RIGHTS}",
    "ClusterAuthorizationFailed": f"this user may not do that on the cluster; {_RIGHTS}",
}


def refusal_of(error: BaseException) -> str | None:
    """What the broker refused and what to do, where `error`, or what caused it, is a refusal of access; else None.

    Trying again does not help against these: who meets one tells it and ends.
    """
    for each in _chain(error):
        name = type(each).__name__.removesuffix("Error")
        if name in _MEANINGS:
            said = str(each).strip()
            tail = f" (it said: {said})" if said and said != type(each).__name__ else ""
            return f"{name}: {_MEANINGS[name]}{tail}"
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and its causes; ten deep at most, as a chain may be a ring."""
    for _ in range(10):
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__
