"""Whether a broker is there and lets us in, asked before anything that would wait long for it or try for ever."""

import asyncio
import ssl
from collections.abc import Iterable, Iterator, Sequence

from paysignal.command.settings import Settings
from paysignal.facts.errors import PaySignalError
from paysignal.local.probe import speaks_kafka
from paysignal.security.access import access_of, client_settings
from paysignal.security.errors import AccessRefused
from paysignal.security.refusals import refusal_of
from paysignal.security.rights import Right

_SECONDS = 5.0

#: Host and port.
_Place = tuple[str, int]

#: What the TLS library says, and what to do; anything else is told as it is.
_TLS_FIXES = {
    "WRONG_VERSION_NUMBER": "the broker speaks no TLS on this port; set PAYSIGNAL_SECURITY_PROTOCOL to plaintext or "
    "sasl_plaintext, or name its TLS port",
    "CERTIFICATE_VERIFY_FAILED": "renew the broker's certificate, or name who vouches for it by PAYSIGNAL_TLS_CA_FILE",
}
_OUR_CERTIFICATE = (
    "renew our own certificate (PAYSIGNAL_TLS_CERTIFICATE_FILE), or have it signed by whom the broker trusts"
)


class NoBrokerError(PaySignalError):
    """No Kafka answers where the settings say."""


def require_broker(settings: Settings, rights: Sequence[Right] = ()) -> None:
    """Raise `NoBrokerError` when none of the brokers answers, and as `require_access` does."""
    place = _answering(settings)
    if place is None:
        raise NoBrokerError(
            f"no Kafka broker answers at {settings.broker}; start it, name another with --broker HOST:PORT, or let "
            "`paysignal up` start an embedded one (one that wants TLS or a password: --security-protocol)"
        )
    _require_access(settings, place, rights)


def answering(settings: Settings) -> bool:
    """Whether one of the brokers speaks Kafka: clients need only one to find the rest.

    Raises `AccessRefused` where TLS fails between the two.
    """
    return _answering(settings) is not None


def require_access(settings: Settings, rights: Sequence[Right] = ()) -> None:
    """Raise `AccessRefused` when a broker is there and refuses us, or does not give us one of these rights.

    Called before a process starts: its clients would try a wrong password again for ever. A broker that is away is no
    refusal, and an open one is not asked. Rights on transactional ids can not be asked for; whoever lacks them is told
    when it uses them.
    """
    if _is_open(settings):
        return
    place = _answering(settings)
    if place is not None:
        _require_access(settings, place, rights)


def _is_open(settings: Settings) -> bool:
    return access_of(settings.broker).protocol == "PLAINTEXT"


def _answering(settings: Settings) -> _Place | None:
    """The first of the brokers that speaks Kafka; raises as `answering` does."""
    tls = access_of(settings.broker).tls
    try:
        return next((place for place in _places(settings.broker) if speaks_kafka(*place, tls=tls)), None)
    except ssl.SSLError as error:
        raise AccessRefused(f"broker {settings.broker}: {_told(error)}") from None


def _require_access(settings: Settings, place: _Place, rights: Sequence[Right]) -> None:
    """As `require_access`, of the broker that answered at `place`."""
    if _is_open(settings):
        return
    try:
        asyncio.run(_log_in(settings.broker, place))
        missing = missing_rights(settings, rights) if rights else []
    except Exception as error:
        if refused := refusal_of(error):
            raise AccessRefused(f"broker {settings.broker}: {refused}") from None
        raise
    if missing:
        raise AccessRefused(
            f"broker {settings.broker}: this user lacks {'; '.join(missing)}; `paysignal topics acls` prints what each "
            "component needs"
        )


async def _log_in(broker: str, place: _Place) -> None:
    """One connection with the login; its errors say more than a client's, which tries again."""
    from aiokafka.conn import create_conn

    wanted = client_settings(broker)
    del wanted["bootstrap_servers"]
    connection = await create_conn(*place, request_timeout_ms=int(_SECONDS * 1_000), **wanted)
    connection.close()


def missing_rights(settings: Settings, rights: Iterable[Right]) -> list[str]:
    """What the broker does not allow of these rights, also asked by `doctor`.

    The broker tells what a user may do with a topic and a group.
    """
    from paysignal.sending.allowed import allowed_on

    asked = [right for right in rights if not right.prefixed]
    topics, groups = ([each.name for each in asked if each.resource == kind] for kind in ("topic", "group"))
    allowed = dict(zip(("topic", "group"), allowed_on(settings.broker, topics, groups, _SECONDS), strict=True))
    return [
        f"{', '.join(lacking)} on the {right.resource} {right.name}"
        for right in asked
        if (held := allowed[right.resource].get(right.name)) is not None
        and (lacking := [each for each in right.operations if each not in held])
    ]


def _told(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is refused: {error.verify_message}; {_TLS_FIXES['CERTIFICATE_VERIFY_FAILED']}"
    reason = error.reason or str(error)
    said = reason.replace("_", " ").lower()
    if "ALERT" in reason:
        return f"it refuses our certificate: {said}; {_OUR_CERTIFICATE}"
    return f"TLS fails: {said}; {_TLS_FIXES.get(reason, 'see its log for what it wants')}"


def _places(broker: str) -> Iterator[_Place]:
    for address in broker.split(","):
        host, _, port = address.strip().rpartition(":")
        yield host.strip("[]"), int(port)
