"""Exact sums of floats: the same bits whatever the order, the batches or the restarts.

Each value is cut once into four signed 31-bit limbs (quantum 2 ** -62, largest value below 2 ** 62). Limbs are added as
integers, which no order changes, and a sum becomes a float once, when it is read, correctly rounded.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Limbs = npt.NDArray[np.int64]

LIMBS: Final = 4
SQUARE_LIMBS: Final = 2 * LIMBS
_BITS: Final = 31
_RADIX: Final = float(2**_BITS)
_MASK: Final = 2**_BITS - 1

#: Adding limbs below 2 ** 31 into 64 bits is safe for 2 ** 32 values a pane, which no pane sees.
_UNIT: Final = 1 << (2 * _BITS)


def cut(values: Floats) -> Limbs:
    """The limbs, shape (n, 4) most significant first, of finite values smaller than 2 ** 62.

    What lies below the quantum is cut off towards zero: 2 ** -62 is far under any currency's smallest unit.
    """
    rest = np.abs(values) / _RADIX
    limbs = np.empty((len(values), LIMBS), dtype=np.int64)
    for index in range(LIMBS):
        # Scaling by 2 ** 31 and taking off the floor are exact, so no bit above the quantum is lost.
        whole = np.floor(rest)
        limbs[:, index] = whole.astype(np.int64)
        rest = (rest - whole) * _RADIX
    limbs *= np.sign(values).astype(np.int64)[:, None]
    return limbs


def cut_one(value: float) -> tuple[int, int, int, int]:
    """The limbs of one value, as `cut` gives them: in a tenth of the time that an array of one takes."""
    rest = abs(value) / _RADIX
    sign = -1 if value < 0 else 1
    first = int(rest)
    rest = (rest - first) * _RADIX
    second = int(rest)
    rest = (rest - second) * _RADIX
    third = int(rest)
    return sign * first, sign * second, sign * third, sign * int((rest - third) * _RADIX)


def total(limbs: Limbs) -> float:
    """The float nearest to the sum that these four added-up limbs are."""
    return _whole(limbs.tolist()) / _UNIT


def squares(limbs: Limbs) -> Limbs:
    """The limbs, shape (n, 8) with quantum 2 ** -124, of the squares of values cut into `limbs`; exact.

    A product of two limbs has 62 bits and is split in two, so that a limb of a square is below 2 ** 34, and 2 ** 29
    values a pane fit.
    """
    parts = np.abs(limbs)
    wide = np.zeros((len(limbs), SQUARE_LIMBS), dtype=np.int64)
    for left in range(LIMBS):
        for right in range(left, LIMBS):
            product = parts[:, left] * parts[:, right]
            times = 1 if left == right else 2
            wide[:, left + right] += times * (product >> _BITS)
            wide[:, left + right + 1] += times * (product & _MASK)
    return wide


def totals(limbs: Limbs) -> list[float]:
    """`total` of every row of added-up limbs, shape (n, 4)."""
    return [
        ((((first << _BITS) + second << _BITS) + third << _BITS) + fourth) / _UNIT
        for first, second, third, fourth in limbs.tolist()
    ]


def spreads(counts: npt.NDArray[np.int64], limbs: Limbs, wide: Limbs) -> list[float]:
    """Σ(x - mean)² of every row, from its number, its sum and its sum of squares: exact, then rounded once."""
    return [
        (count * _whole(square) - _whole(linear) ** 2) / (count * _UNIT**2)
        for count, linear, square in zip(counts.tolist(), limbs.tolist(), wide.tolist(), strict=True)
    ]


def _whole(limbs: list[int]) -> int:
    number = 0
    for limb in limbs:
        number = (number << _BITS) + limb
    return number
