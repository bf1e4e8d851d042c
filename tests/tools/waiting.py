"""Waiting for something that another process or thread does, with an end and a sentence."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(attempt: Callable[[], T | None], what: str, *, seconds: float = 10.0, pause: float = 0.02) -> T:
    """The first result of `attempt` that is true; asked every `pause` seconds, given up after `seconds`.

    Raises:
        AssertionError: it never came; the message names `what` was waited for and the last result.
    """
    end = time.monotonic() + seconds
    while True:
        result = attempt()
        if result:
            return result
        if time.monotonic() >= end:
            message = f"waited {seconds:g} s for {what}, and the last result was {result!r}"
            raise AssertionError(message)
        time.sleep(pause)
