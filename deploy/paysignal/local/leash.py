"""The leash: a process run through it dies when the process that started it does, even by SIGKILL.

Run as a file, by the supervisor alone: python -I -S leash.py PARENT FD COMMAND...
FD is -1 on Linux, where the kernel does it (PR_SET_PDEATHSIG survives the exec into COMMAND). Elsewhere FD is the end
of a pipe whose other end only the parent holds, and a small process in the command's group waits for it to close.
"""

import os
import select
import signal
import sys
from typing import NoReturn

_PR_SET_PDEATHSIG = 1

#: How soon the waiting process notices that its command has ended; the end of the parent it notices at once.
_PAUSE_SECONDS = 0.5

#: What shells answer when a command can not be started.
_NOT_STARTED = 127


def main(arguments: list[str]) -> NoReturn:
    """Tie this process to its parent, then become the command."""
    parent, held, command = int(arguments[0]), int(arguments[1]), arguments[2:]
    if held < 0:
        _tie_by_kernel()
    else:
        _tie_by_pipe(held)
    if os.getppid() != parent:  # it died before the tie was made
        sys.exit(_NOT_STARTED)
    try:
        os.execvp(command[0], command)  # noqa: S606 - no shell is meant
    except OSError as error:
        sys.exit(f"{command[0]}: {error.strerror}")


def _tie_by_kernel() -> None:
    import ctypes  # noqa: PLC0415 - elsewhere than on Linux it is not needed

    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0):
        sys.exit(f"prctl: {os.strerror(ctypes.get_errno())}")


def _tie_by_pipe(held: int) -> None:
    command = os.getpid()
    if os.fork():
        os.close(held)
        return
    # What ends the command politely is not for this process: it stays until the command has ended.
    for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):  # the command's own end must be seen by who reads its output
        os.dup2(nothing, standard)
    while os.getppid() == command:
        if select.select([held], [], [], _PAUSE_SECONDS)[0]:
            os.killpg(os.getpgrp(), signal.SIGKILL)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
