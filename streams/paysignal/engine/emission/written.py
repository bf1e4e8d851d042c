"""Written readings: the bytes that stand on a topic, made without the struct between."""

from typing import NamedTuple

from paysignal.facts import wire
from paysignal.facts.readings import Reading


class Written(NamedTuple):
    """One reading as key and value of its record: equal, byte for byte, to what its struct would be encoded to."""

    key: bytes
    value: bytes

    @property
    def reading(self) -> Reading:
        """The struct."""
        return wire.decode_reading(self.value)
