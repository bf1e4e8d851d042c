"""From the match of a Chinese pattern of time to the period it means."""

from paysignal.facts.periods import Period
from paysignal.sources.article import calendar as words
from paysignal.sources.article.period_makers import YEAR, Match, Now


def chinese(match: Match, _: Now) -> Period | None:
    """A day, month, stretch of months, quarter, half or year as Chinese writes it."""
    named = match.groupdict()
    year = int(named["y"])
    if named.get("q"):
        return words.quarter(year, {"一": 1, "二": 2, "三": 3, "四": 4}.get(named["q"]) or int(named["q"]))
    if named.get("h"):
        return words.half(year, 1 if named["h"] == "上" else 2)
    if named.get("m2"):
        return words.month(year, int(named["m"]), int(named["m2"]) - int(named["m"]) + 1)
    if named.get("d"):
        return words.day(year, int(named["m"]), int(named["d"]))
    return words.month(year, int(named["m"])) if named.get("m") else words.year_of(year)


def chinese_months_to(match: Match, now: Now) -> Period | None:
    """So many months that end with a Chinese date."""
    day = chinese(match, now)
    if day is None or day.start is None:
        return None
    return words.months_to(day.start if match["d"] else day.end, int(match["n"]) if match["n"] else YEAR)


def chinese_as_of(match: Match, now: Now) -> Period | None:
    """The state at the end of a Chinese date."""
    period = chinese(match, now)
    return Period(None, period.end) if period else None
