"""From the match of a pattern of time to the period it means; None where something is missing."""

import re
from typing import NamedTuple

from paysignal.facts.moments import instant_of
from paysignal.facts.periods import Period, months_in
from paysignal.sources.article import calendar as words

Match = re.Match[str]
_QUARTER, _HALF, YEAR = 3, 6, 12
_NEAR = 10  #: characters before "second quarter" that "fiscal" and a space take
_FISCAL_YEARS = re.compile(r"fiscal|financial|FY", re.IGNORECASE)
_QUARTERS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "final": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}


class Now(NamedTuple):
    """What relative words are relative to: the day of publication, and the period the title reports on."""

    published: str | None = None
    report: Period | None = None

    @property
    def year(self) -> int | None:
        """The year that "last year" is the year before of."""
        if self.report is not None and self.report.start is not None and self.published is None:
            return instant_of(self.report.start).year
        return instant_of(self.published).year if self.published else None


def day_of(match: Match, now: Now) -> Period | None:
    """A day; without a year the latest one of that date."""
    if match["iso"]:
        year, number, of_month = (int(part) for part in match["iso"].split("-"))
        return words.day(year, number, of_month)
    month, day, year_text = (
        (match["dm"], match["d"], match["dy"]) if match["d"] else (match["em"], match["ed"], match["ey"])
    )
    number = _month_number(month)
    if year_text:
        return words.day(int(year_text), number, int(day))
    if now.published is None:
        return None
    at = instant_of(now.published)
    past = (number, int(day)) <= (at.month, at.day)
    return words.day(at.year if past else at.year - 1, number, int(day))


def as_of_day(match: Match, now: Now) -> Period | None:
    """The state at the end of a day: "as of 30 June"."""
    day = day_of(match, now)
    return Period(None, day.end) if day else None


def months_to_day(match: Match, now: Now) -> Period | None:
    """Twelve months to 18 September end where that day starts, as news count them; to a month's last day, after it."""
    day = day_of(match, now)
    if day is None or day.start is None:
        return None
    end = day.end if day.end.endswith("-01") else day.start
    return words.months_to(end, _length(match))


def weeks_to_day(match: Match, now: Now) -> Period | None:
    """So many weeks that end with a day."""
    day = day_of(match, now)
    return words.days_before(day.end, _number(match.groupdict().get("n") or "1") * 7) if day else None


def months_to_month(match: Match, now: Now) -> Period | None:
    """So many months, a quarter or a year that end with a month: "year to March"."""
    month = _month_of(match["m"], match["y"], now)
    return words.months_to(month.end, _length(match)) if month else None


def _length(match: Match) -> int:
    named = match.groupdict()
    if named.get("n"):
        return _number(named["n"])
    unit = (named.get("unit") or "year").lower()
    return (
        _QUARTER if unit.startswith("quarter") else _HALF if unit.startswith("half") else 1 if unit == "month" else YEAR
    )


def months_together(match: Match, now: Now) -> Period | None:
    """From a month to another, maybe of the year after: "between April and June"."""
    first, last = _month_number(match["m1"]), _month_number(match["m2"])
    month = _month_of(match["m2"], match["y"], now)
    if month is None or month.start is None:
        return None
    year = instant_of(month.start).year
    return (
        words.month(year - 1, first, 13 - first + last) if first > last else words.month(year, first, last - first + 1)
    )


def _month_of(name: str, year: str | None, now: Now) -> Period | None:
    if year:
        return words.month(int(year), _month_number(name))
    return words.last_month_named(_month_number(name), now.published) if now.published else None


def month(match: Match, now: Now) -> Period | None:
    """A month; without a year the latest one of that name."""
    return _month_of(match["m"], match["y"], now)


def end_of_month(match: Match, now: Now) -> Period | None:
    """The state at the end of a month."""
    month = _month_of(match["m"], match["y"], now)
    return Period(None, month.end) if month else None


def quarter(match: Match, now: Now) -> Period | None:
    """A calendar quarter; without a year that of the report, or the latest."""
    named = match.groupdict()
    number = _QUARTERS.get((named.get("q") or "").lower()) or int(named.get("qn") or named.get("qm") or 0)
    year = _year_number(named.get("y") or named.get("ym"))
    if year:
        return words.quarter(year, number)
    if now.report is not None and now.report.start is not None:
        return words.quarter(instant_of(now.report.start).year, number)
    if now.published and _FISCAL_YEARS.search(match.string, max(0, match.start() - _NEAR), match.end()):
        return words.before(now.published, "quarter")  # when its year began is not said: the last that had ended
    return words.latest_quarter(number, now.published) if now.published else None


def half(match: Match, now: Now) -> Period | None:
    """A half year; without a year that of the report, or the latest."""
    named = match.groupdict()
    number = {"first": 1, "second": 2}.get((named.get("h") or "").lower()) or int(
        named.get("hn") or named.get("hm") or 0
    )
    year = _year_number(named.get("y") or named.get("ym"))
    if year:
        return words.half(year, number)
    if now.report is not None and now.report.start is not None:
        return words.half(instant_of(now.report.start).year, number)
    return words.latest_half(number, now.published) if now.published else None


def year(match: Match, _: Now) -> Period | None:
    """A calendar year; of "FY 2023-24" the one from April."""
    year = _year_number(match["y"])
    if year and match.groupdict().get("split"):
        return words.month(year, 4, YEAR)
    return words.year_of(year) if year else None


def split_year(match: Match, _: Now) -> Period:
    """India's financial year 2023-24 runs from April."""
    return words.month(int(match["y"]), 4, YEAR)


def end_of_year(match: Match, _: Now) -> Period:
    """The state at the end of a year."""
    return Period(None, words.year_of(int(match["y"])).end)


def first_months(match: Match, now: Now) -> Period | None:
    """The first so many months of a year, or of this one."""
    year, count = _year_number(match["y"]) or now.year, _number(match["n"])
    if year is None:
        return None
    period = words.month(year, 1, count)
    over = now.published is None or match["y"] or instant_of(period.end) <= instant_of(now.published)
    return period if over else words.month(year - 1, 1, count)


def last_months_of(match: Match, _: Now) -> Period:
    """The last so many months, or the last quarter, of a year named."""
    count = _number(match["n"]) if match["n"] else _QUARTER
    return words.month(int(match["y"]), YEAR + 1 - count, count)


def quarters_together(match: Match, _: Now) -> Period | None:
    """From a quarter to a later one of the same year: "Q1-Q3 2023"."""
    first, last_one = int(match["q1"]), int(match["q2"])
    if first > last_one:
        return None
    return words.month(int(match["y"]), (first - 1) * _QUARTER + 1, (last_one - first + 1) * _QUARTER)


def since_month(match: Match, now: Now) -> Period | None:
    """From the first day of a month through the day of publication."""
    begun = _month_of(match["m"], match["y"], now)
    if begun is None or now.published is None or instant_of(begun.start or begun.end) >= instant_of(now.published):
        return None
    return Period(begun.start, now.published[:10])


def yesterday(_: Match, now: Now) -> Period | None:
    """The day before the publication."""
    return words.days_before(now.published, 1) if now.published else None


def last(match: Match, now: Now) -> Period | None:
    """The calendar month, quarter or year before: "last month"."""
    if now.published is None:
        return now.report if match["unit"].lower() == "quarter" else None
    return words.before(now.published, match["unit"].lower())


def last_months(match: Match, now: Now) -> Period | None:
    """The so many months up to the publication, or to the end of the report."""
    if now.published is None:
        return words.months_to(now.report.end, _length(match)) if now.report else None
    return words.months_before(now.published, _length(match))


def last_years(match: Match, now: Now) -> Period | None:
    """The so many years or quarters up to the publication."""
    months = _number(match["n"]) * (_QUARTER if match["unit"].lower().startswith("quarter") else YEAR)
    return words.months_before(now.published, months) if now.published else None


def ago(match: Match, now: Now) -> Period | None:
    """An instant so many months or years before the publication."""
    if now.published is None:
        return None
    months = _number(match["n"]) * (YEAR if match["unit"].lower().startswith("year") else 1)
    return Period(None, words.months_before(now.published, months).start or now.published)


def past_year(match: Match, now: Now) -> Period | None:
    """The year, quarter or month up to the publication: "in the past year"."""
    if now.published is None:
        return words.months_to(now.report.end, _length(match)) if now.report else None
    return words.months_before(now.published, _length(match))


def last_days(match: Match, now: Now) -> Period | None:
    """The so many days or weeks up to the publication."""
    days = _number(match["n"]) if match.groupdict().get("n") else 1
    factor = {"week": 7, "weeks": 7}.get(match["unit"].lower(), 1)
    return words.days_before(now.published, days * factor) if now.published else None


def this_year(_: Match, now: Now) -> Period | None:
    """From the first of January through the day of publication."""
    return words.year_so_far(now.published) if now.published else None


def the_quarter(match: Match, now: Now) -> Period | None:
    """The quarter, half or year that the document reports on, else the last one that had ended."""
    unit = match["unit"].lower()
    return _reported(_QUARTER if unit == "quarter" else _HALF if unit.startswith("half") else YEAR, now)


def _reported(months: int, now: Now) -> Period | None:
    report = now.report
    if report is not None and report.start is not None:
        held = months_in(report.start, report.end) or 0
        if held == months:
            return report
        if months > held:
            return (
                words.year_of(instant_of(report.start).year) if months == YEAR else words.months_to(report.end, months)
            )
    if now.published is None:
        return None
    if months == _HALF:
        return words.half_before(now.published)
    return words.before(now.published, "quarter" if months == _QUARTER else "year")


def full_year(match: Match, now: Now) -> Period | None:
    """A year named, or the whole one that the document reports on."""
    year = _year_number(match["y"])
    return words.year_of(year) if year else _reported(YEAR, now)


def month_quarter(match: Match, now: Now) -> Period | None:
    """The March quarter is the three months that end with March."""
    month = _month_of(match["m"], match["y"], now)
    return words.months_to(month.end, _QUARTER) if month else None


def _month_number(name: str) -> int:
    return words.MONTHS[name.lower().rstrip(".")]


def _number(text: str) -> int:
    return words.NUMBERS.get(text.lower()) or int(text)


def _year_number(text: str | None) -> int | None:
    if not text:
        return None
    return int(text) if len(text) == 4 else 2000 + int(text)
