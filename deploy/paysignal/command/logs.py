"""Logs of the processes: text or JSON lines on stderr, of a bounded rate, and no secret among them.

The same message (of one place in the code) is written so many times a minute; what comes beyond is counted, and told
once the minute is over: a broker that is away for an hour fills no disk.
"""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterable
from typing import Final

from paysignal.command.settings import Settings, api_token
from paysignal.facts.texts import shown, shown_json
from paysignal.security.access import access_of

#: Of one message; a rebalance of 32 partitions has as many lines.
A_MINUTE: Final = 60

_WINDOW_SECONDS: Final = 60.0

#: A password of three letters would be starred in every other word.
_SHORTEST_SECRET: Final = 6

#: Messages that are counted at a time; a place in the code is one, so there are never so many.
_MOST: Final = 10_000

_Place = tuple[str, int, str]


class Bounded(logging.Filter):
    """Lets each message through `most` times in a minute. `clock` is seconds."""

    def __init__(self, most: int = A_MINUTE, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._most, self._clock = most, clock
        self._began: dict[_Place, float] = {}
        self._counts: dict[_Place, int] = {}
        self._lock = threading.Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        """Called by the handler with each record; the first of a new minute says how many were left out of the last."""
        place, now = (record.name, record.lineno, str(record.msg)), self._clock()
        with self._lock:
            if now - self._began.get(place, float("-inf")) >= _WINDOW_SECONDS:
                left = self._counts.get(place, 0) - self._most
                if len(self._began) >= _MOST:
                    self._began.clear()
                    self._counts.clear()
                self._began[place], self._counts[place] = now, 0
                if left > 0:
                    record.left_out = left
            self._counts[place] += 1
            return self._counts[place] <= self._most


class Lines(logging.Formatter):
    """One line a record: text, or JSON; secrets as stars, and nothing that a terminal would act on.

    A traceback is a field of JSON; as text it follows on lines of its own.
    """

    def __init__(self, *, as_json: bool, secrets: Iterable[str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._json = as_json
        self._secrets = sorted((each for each in secrets if len(each) >= _SHORTEST_SECRET), key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        return self._starred(self._as_json(record) if self._json else self._as_text(record))

    def _as_text(self, record: logging.LogRecord) -> str:
        left = getattr(record, "left_out", 0)
        message = shown(self._starred(record.getMessage()))
        head = f"{self.formatTime(record)} {record.levelname} {record.name}: {message}"
        trace = "\n" + self.formatException(record.exc_info) if record.exc_info else ""
        return head + (f" ({left} more of this were left out)" if left else "") + trace

    def _as_json(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self._starred(record.getMessage()),
        }
        if left := getattr(record, "left_out", 0):
            line["left_out"] = left
        if record.exc_info:
            line["trace"] = self._starred(self.formatException(record.exc_info))
        return shown_json(json.dumps(line, ensure_ascii=False))

    def _starred(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text


def secrets_of(settings: Settings) -> list[str]:
    """Every secret that the settings hold."""
    login = access_of(settings.broker).login
    held = (settings.sasl_password, settings.api_token)
    given = [each.get_secret_value() for each in held if each is not None]
    return [*given, *([login.password] if login else ()), *([token] if (token := api_token(settings)) else ())]


def set_up(settings: Settings) -> None:
    """The root logger as the settings say; called once by a process that lasts."""
    handler = logging.StreamHandler()
    handler.addFilter(Bounded())
    handler.setFormatter(Lines(as_json=settings.log_format == "json", secrets=secrets_of(settings)))
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler])
