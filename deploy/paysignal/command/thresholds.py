"""The thresholds in use: read from their file, read again when it changes, the last good ones kept when it is wrong."""

import logging
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

from paysignal.engine.alerting.rules import Rules
from paysignal.exposition.alerts import RulesInUse
from paysignal.exposition.collector import Threshold
from paysignal.facts.errors import PaySignalError
from paysignal.thresholds.errors import ThresholdsError
from paysignal.thresholds.nodes import LARGEST_BYTES
from paysignal.thresholds.parse import DEFAULT_NAME, default_bytes, rules_of

_LOG = logging.getLogger(__name__)

#: A look is one stat of the file.
_LOOK_SECONDS: Final = 2.0

_Stamp = tuple[int, int, int]


class NoThresholdsError(PaySignalError):
    """The thresholds file can not be read."""


class Thresholds:
    """The rules of a file, or those that ship; `clock` gives seconds that never go back.

    Made before anything is started: raises `NoThresholdsError` or `ThresholdsError`. Later a file that is gone or wrong
    is told in the log, once, and the rules before it stay. Safe from any thread.
    """

    def __init__(self, file: Path | None, clock: Callable[[], float]) -> None:
        self._file = file
        self._clock = clock
        self._next_look = clock() + _LOOK_SECONDS
        self._stamp: _Stamp | None = None
        self.failed = False
        if file is None:
            self._rules = rules_of(default_bytes(), DEFAULT_NAME)
            return
        self._stamp, raw = _read(file)
        self._rules = rules_of(raw, str(file))

    def __call__(self) -> Rules:
        """The rules as of now."""
        if self._file is not None and self._clock() >= self._next_look:
            self._next_look = self._clock() + _LOOK_SECONDS
            self._look(self._file)
        return self._rules

    def _look(self, file: Path) -> None:
        stamp: _Stamp | None = None
        try:
            if (stamp := _stamp_of(file)) == self._stamp:
                return
            stamp, raw = _read(file)
            rules = rules_of(raw, str(file))
        except (NoThresholdsError, ThresholdsError) as error:
            if not self.failed or stamp != self._stamp:
                _LOG.error("the thresholds stay as they were: %s", error)
            self.failed, self._stamp = True, stamp
            return
        _LOG.info("%s: %d rules from now on", file, len(rules.all))
        self._rules, self._stamp, self.failed = rules, stamp, False


def thresholds_of(rules: Rules) -> tuple[Threshold, ...]:
    """The threshold of each rule, as alert expressions join it: it stands in the thresholds file only."""
    return tuple(Threshold(rule.name, rule.threshold) for rule in rules.all)


def rules_in_use(thresholds: Thresholds) -> RulesInUse:
    """The rules of the file, and whether a newer one was refused."""
    rules = tuple((rule.name, rule.severity) for rule in thresholds().all)
    return RulesInUse(rules, refused=thresholds.failed)


def thresholds_bytes(file: Path | None) -> tuple[bytes, str]:
    """The text of a thresholds file, or of the one that ships, and its name; raises `NoThresholdsError`."""
    return (default_bytes(), DEFAULT_NAME) if file is None else (_read(file)[1], str(file))


def _read(file: Path) -> tuple[_Stamp, bytes]:
    stamp = _stamp_of(file)
    try:
        with file.open("rb") as stream:
            return stamp, stream.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise NoThresholdsError(_unreadable(file, error)) from None


def _stamp_of(file: Path) -> _Stamp:
    """What changes when the file does, also when it is another one moved into its place."""
    try:
        status = file.stat()
    except OSError as error:
        raise NoThresholdsError(_unreadable(file, error)) from None
    if not stat.S_ISREG(status.st_mode):  # a pipe that nobody writes to would be waited for
        raise NoThresholdsError(f"{file}: no ordinary file; name a thresholds file with --thresholds")
    return status.st_mtime_ns, status.st_size, status.st_ino


def _unreadable(file: Path, error: OSError) -> str:
    return f"{file}: {error.strerror}; name a thresholds file with --thresholds, or leave it out for the ones that ship"
