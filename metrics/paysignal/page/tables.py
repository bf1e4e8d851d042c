"""The two tables, by one door: `up`, the page and the API draw the same rows."""

from paysignal.page.just_read import just_read
from paysignal.page.rows import JustRead, Strongest
from paysignal.page.strongest import LeftOut, left_out, strongest

__all__ = ["JustRead", "LeftOut", "Strongest", "just_read", "left_out", "strongest"]
