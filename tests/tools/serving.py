"""A command beside a Kafka of its own: python -m tests.tools.serving COMMAND...

The command finds the broker's address in PAYSIGNAL_BROKER. Called by `make bench`.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.tools.brokers import RealKafka


def main() -> int:
    """Starts the broker, runs the command, ends the broker; returns the command's exit code."""
    with tempfile.TemporaryDirectory(prefix="paysignal-kafka-") as folder, RealKafka(Path(folder)) as broker:
        return subprocess.call(sys.argv[1:], env={**os.environ, "PAYSIGNAL_BROKER": broker.address})


if __name__ == "__main__":
    sys.exit(main())
