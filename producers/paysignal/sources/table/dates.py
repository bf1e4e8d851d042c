"""What a printed date says, and the periods that follow from one."""

import datetime as dt

from paysignal.facts.errors import Refused
from paysignal.facts.moments import instant_of, later, moment_of, months_later

#: The form of dates that needs no format.
ISO = "iso"
_HOUR_DIRECTIVES = ("%H", "%I", "%X", "%c")
_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_DAYS = {"day": 1, "week": 7}
_LONGEST_DATE = 64


def moment_from(field: str, printed: str, form: str = ISO) -> str:
    """The canonical moment of a printed date; raises `Refused` naming `field` when it is not in the `form`.

    A form without hours gives a date, any other an instant, read as UTC unless it has a zone of its own.
    """
    text = printed.strip()
    if len(text) > _LONGEST_DATE:
        raise Refused(field, printed, f"a date is at most {_LONGEST_DATE} characters", "check the columns")
    if form == ISO:
        return _iso_moment(field, text)
    try:
        read = dt.datetime.strptime(text, form)  # noqa: DTZ007  the zone is added in the next line
        instant = read if read.tzinfo else read.replace(tzinfo=dt.UTC)
        if any(directive in form for directive in _HOUR_DIRECTIVES):
            return moment_of(instant)
    except (ValueError, OverflowError):
        raise Refused(field, printed, f"a date in the form {form}", "correct the cell or [dates] format") from None
    return instant.date().isoformat()


def _iso_moment(field: str, text: str) -> str:
    try:
        instant_of(text)
    except Refused:
        pass
    else:
        return text
    try:
        return moment_of(dt.datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        raise Refused(
            field, text, "a date or an instant with its zone", "write 2018-09-18 or 2018-09-18T07:30:00Z"
        ) from None


def day_after(moment: str) -> str:
    """The date after the day `moment` lies in: where the period of a stock ends."""
    return later(moment[:10], dt.timedelta(days=1))


def end_of(start: str, span: str) -> str:
    """Where the period of one `span` that starts at `start` ends; spans are those of `Dates.span`."""
    if span in _MONTHS:
        return months_later(start, _MONTHS[span])
    return later(start, dt.timedelta(days=_DAYS[span]))


def start_of(end: str, span: str) -> str:
    """Where the period of one `span` that ends at `end` starts."""
    if span in _MONTHS:
        return months_later(end, -_MONTHS[span])
    return later(end, dt.timedelta(days=-_DAYS[span]))
