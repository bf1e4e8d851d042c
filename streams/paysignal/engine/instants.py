"""Instants in columns: the text of event times, as our encoder writes it, to microseconds since 1970."""

from typing import Final

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]

#: `2018-09-18T07:30:00`, which a fraction of six digits may follow, and a Z.
SECONDS_LENGTH: Final = 19
FRACTION_LENGTH: Final = 7

_ZERO: Final = 0x30
_NINE: Final = 9
_SEPARATORS: Final = np.frombuffer(b"--T::", np.uint8)
_SEPARATED_AT: Final = np.array([4, 7, 10, 13, 16])
_TENS_AT: Final = np.array([0, 2, 5, 8, 11, 14, 17])

_MONTHS_A_YEAR: Final = 12

#: The day, counted from 1970, on which each month of the years 1 to 9999 starts, and the day behind the last.
_FIRST_DAYS: Final = np.arange("0001-01", "10000-02", dtype="M8[M]").astype("M8[D]").astype(np.int64)


def seconds_of(texts: Bytes) -> tuple[Ints, Truths]:
    """Seconds since 1970 of texts such as `2018-09-18T07:30:00`, one a row; and which of them are such instants.

    The calendar is the proleptic Gregorian one of `datetime`, years 1 to 9999. Where a row is none its number means
    nothing.
    """
    tens, ones = texts[:, _TENS_AT] - _ZERO, texts[:, _TENS_AT + 1] - _ZERO  # what is below wraps to above nine
    century, year, month, day, hour, minute, second = (tens * 10 + ones).T.astype(np.int64)
    fits = (np.maximum(tens, ones) <= _NINE).all(1) & (texts[:, _SEPARATED_AT] == _SEPARATORS).all(1)
    fits &= (month - 1 < _MONTHS_A_YEAR) & (month > 0) & (hour < 24) & (minute < 60) & (second < 60)  # noqa: PLR2004
    months = (century * 100 + year - 1) * _MONTHS_A_YEAR + month - 1
    fits &= months >= 0
    months = np.where(fits, months, 0)
    days = _FIRST_DAYS[months] + day - 1
    fits &= (day > 0) & (days < _FIRST_DAYS[months + 1])
    return ((days * 24 + hour) * 60 + minute) * 60 + second, fits


def fractions_of(texts: Bytes) -> tuple[Ints, Truths]:
    """Microseconds of texts such as `.123456`, one a row; and which of them are such fractions."""
    tens, ones = texts[:, 1::2] - _ZERO, texts[:, 2::2] - _ZERO
    first, second, third = (tens * 10 + ones).T.astype(np.int64)
    fits = (texts[:, 0] == ord(".")) & (np.maximum(tens, ones) <= _NINE).all(1)
    return first * 10_000 + second * 100 + third, fits
