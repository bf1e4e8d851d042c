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
_BITS: Final = 31
_RADIX: Final = float(2**_BITS)

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


def total(limbs: Limbs) -> float:
    """The float nearest to the sum that these four added-up limbs are."""
    number = 0
    for limb in limbs.tolist():
        number = (number << _BITS) + limb
    return number / _UNIT
