"""`paysignal worker` of a release whose state has another version; run as a script by the tests of mixed versions.

    other_version.py ARGUMENTS…

Its blocks of claims and of increments carry another form and number, and it takes none that carry ours: as a release
does that changed them.
"""

import sys

from paysignal.command.worker import worker
from paysignal.engine import bookcodec
from paysignal.engine.tallies import codec

if __name__ == "__main__":
    bookcodec.FORM = f"{bookcodec.FORM}-next"  # type: ignore[misc]
    codec._VERSION += 1  # type: ignore[misc]
    worker.main(sys.argv[1:])
