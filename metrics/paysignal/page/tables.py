"""The two tables, by one door: `up`, the page and the API draw the same rows."""

from paysignal.page.just_read import Notes, just_read
from paysignal.page.rows import JustRead, Strongest
from paysignal.page.strongest import LeftOut, left_out, strongest

__all__ = ["JustRead", "LeftOut", "Notes", "Strongest", "just_read", "left_out", "strongest"]
