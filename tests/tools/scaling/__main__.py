"""Measures, or with --told reads what was measured; prints the tables."""

import os
import sys
import tempfile
from pathlib import Path

import msgspec

from tests.tools.brokers import RealKafka
from tests.tools.scaling.measuring import given_of, measured, plan
from tests.tools.scaling.model import Run
from tests.tools.scaling.table import lines

_FACTS = int(os.environ.get("PAYSIGNAL_SCALE_FACTS", "400000"))


def main() -> None:
    """Called by hand: python -m tests.tools.scaling FILE.jsonl [--told]. Goes on where FILE ends."""
    file = Path(sys.argv[1])
    if "--told" not in sys.argv:
        with tempfile.TemporaryDirectory(prefix="paysignal-kafka-") as folder, RealKafka(Path(folder)) as broker:
            for number, given in enumerate(plan(_FACTS)):
                if given in {given_of(run) for run in told(file)}:
                    continue
                run = measured(broker, given)
                sys.stderr.write(f"{run}\n")
                if number:
                    with file.open("ab") as appended:
                        appended.write(msgspec.json.encode(run) + b"\n")
    print("\n".join(lines(told(file))))  # noqa: T201 - what it is called for


def told(file: Path) -> list[Run]:
    """The runs of a file; none where there is no file."""
    if not file.exists():
        return []
    return [msgspec.json.decode(line, type=Run) for line in file.read_bytes().splitlines()]


if __name__ == "__main__":
    main()
