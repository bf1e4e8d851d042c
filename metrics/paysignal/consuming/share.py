"""Shares: several exporters deal a topic's partitions among them, without a group and without talking to each other."""

import re
from dataclasses import dataclass
from typing import Final

_FORM: Final = re.compile(r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})")


@dataclass(frozen=True, slots=True)
class Share:
    """The `number`-th of `of` equal shares, from 1 on: every partition is in exactly one of them."""

    number: int = 1
    of: int = 1

    def has(self, partition: int) -> bool:
        """Whether a partition is in it."""
        return partition % self.of == self.number - 1


#: All partitions.
WHOLE: Final = Share()


def share_of(text: str) -> Share:
    """`2/3` is the second of three; raises ValueError with the rule for anything else."""
    found = _FORM.fullmatch(text)
    if found is None or int(found[1]) > int(found[2]):
        raise ValueError("a share is written like 2/3: the second of three; the last of three is 3/3")
    return Share(int(found[1]), int(found[2]))
