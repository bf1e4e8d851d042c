"""Routing: the partitions of many keys at once, by the hash that every Kafka client of ours agrees on."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from paysignal.facts.partitioning import partition_of

#: Below so many keys, numpy's cost a call is more than that of the hash of single keys, which remembers them.
_FEW: Final = 64

#: Longer keys are hashed on their own: one of a megabyte would make all others take as much room.
_LONG: Final = 512

_SEED: Final = 0x9747B28C
_MULTIPLIER: Final = np.uint32(0x5BD1E995)
_WORD: Final = 4


def partitions_of(keys: Sequence[bytes], partitions: int) -> list[int]:
    """`partition_of` each key, of so many partitions."""
    if len(keys) < _FEW or max(map(len, keys)) > _LONG:
        return [partition_of(key, partitions) for key in keys]
    return [int(number) for number in (_murmur2(keys) & np.uint32(0x7FFFFFFF)) % np.uint32(partitions)]


def _murmur2(keys: Sequence[bytes]) -> npt.NDArray[np.uint32]:
    """MurmurHash2 of each key, as `paysignal.facts.partitioning.murmur2` has it; a column of words at a time."""
    lengths = np.array([len(key) for key in keys])
    words = _words(keys, lengths)
    whole, rest = lengths // _WORD, lengths % _WORD
    state = np.uint32(_SEED) ^ lengths.astype(np.uint32)
    for column in range(int(whole.max())):
        block = words[:, column] * _MULTIPLIER
        block = (block ^ block >> np.uint32(24)) * _MULTIPLIER
        state = np.where(column < whole, state * _MULTIPLIER ^ block, state)
    # Rows are padded with zeros, so that the word behind the whole ones is what is left of the key.
    last = words[np.arange(len(keys)), whole]
    state = np.where(rest > 0, (state ^ last) * _MULTIPLIER, state)
    state = (state ^ state >> np.uint32(13)) * _MULTIPLIER
    return state ^ state >> np.uint32(15)


def _words(keys: Sequence[bytes], lengths: npt.NDArray[np.int64]) -> npt.NDArray[np.uint32]:
    """The keys as rows of words, padded with zeros, one word more than the longest has whole ones."""
    width = (int(lengths.max()) // _WORD + 1) * _WORD
    rows = np.zeros((len(keys), width), np.uint8)
    rows[np.arange(width) < lengths[:, None]] = np.frombuffer(b"".join(keys), np.uint8)
    return rows.view("<u4")
