"""Whether a broker is there and lets us in, asked before anything that would wait long for it or try for ever."""

import asyncio
import ssl
from collections.abc import Iterable, Sequence

from paysignal.command.settings import Settings
from paysignal.facts.errors import PaySignalError
from paysignal.local.probe import speaks_kafka
from paysignal.security.access import access_of, client_settings
from paysignal.security.errors import AccessRefused
from paysignal.security.refusals import refusal_of
from paysignal.security.rights import Right

_SECONDS = 5.0

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


def addresses_of(settings: Settings) -> tuple[tuple[str, int], ...]:
    """The brokers as host and port."""
    return tuple(_split(address) for address in settings.broker.split(","))


def require_broker(settings: Settings, rights: Sequence[Right] = ()) -> None:
    """Raise `NoBrokerError` when none of the brokers answers, and as `require_access` does."""
    if not answering(settings):
        raise NoBrokerError(
            f"no Kafka broker answers at {settings.broker}; start it, name another with --broker HOST:PORT, or let "
            "`paysignal up` start an embedded one (one that wants TLS or a password: --security-protocol)"
        )
    require_access(settings, rights)


def answering(settings: Settings) -> bool:
    """Whether one of the brokers speaks Kafka: clients need only one to find the rest.

    Raises `AccessRefused` where TLS fails between the two.
    """
    tls = access_of(settings.broker).tls
    try:
        return any(speaks_kafka(host, port, tls=tls) for host, port in addresses_of(settings))
    except ssl.SSLError as error:
        raise AccessRefused(f"broker {settings.broker}: {_told(error)}") from None


def require_access(settings: Settings, rights: Sequence[Right] = ()) -> None:
    """Raise `AccessRefused` when a broker is there and refuses us, or does not give us one of these rights.

    Called before a process starts: its clients would try a wrong password again for ever. A broker that is away is no
    refusal, and an open one is not asked. Rights on transactional ids can not be asked for; whoever lacks them is told
    when it uses them.
    """
    if access_of(settings.broker).protocol == "PLAINTEXT" or not answering(settings):
        return
    try:
        asyncio.run(_log_in(settings))
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


async def _log_in(settings: Settings) -> None:
    """One connection with the login; its errors say more than a client's, which tries again."""
    from aiokafka.conn import create_conn

    wanted = client_settings(settings.broker)
    del wanted["bootstrap_servers"]
    for host, port in addresses_of(settings):
        if not speaks_kafka(host, port, tls=access_of(settings.broker).tls):
            continue
        connection = await create_conn(host, port, request_timeout_ms=int(_SECONDS * 1_000), **wanted)
        connection.close()
        return


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


def _split(address: str) -> tuple[str, int]:
    host, _, port = address.strip().rpartition(":")
    return host.strip("[]"), int(port)
