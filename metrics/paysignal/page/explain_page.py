"""The page of one reading: what it says, what it comes from, and what was left out. Pure; everything is escaped."""

from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import urlencode

from paysignal.facts.markets import market_name
from paysignal.facts.moments import is_date
from paysignal.facts.periods import Grain
from paysignal.history.questions import NotAnswered
from paysignal.history.rows import ExplanationRow, FindingRow, HistoryRow, RateCheckRow, SuspicionRow
from paysignal.page import figures, words
from paysignal.page.facts_part import known, source
from paysignal.page.markup import (
    breakable,
    explain_link,
    figure,
    market,
    origin,
    provider,
    section,
    series_link,
    table,
    tags,
    text,
    without_empty,
)
from paysignal.page.rows import SYNTHETIC_PUBLISHER
from paysignal.page.series_part import series_part
from paysignal.page.shell import page

_HEADING = "<h1>Why a figure is what it is</h1>"


def explain_page(row: ExplanationRow, history: HistoryRow, version: str) -> str:
    """The explanation of a reading, and its series period by period."""
    series = row.reading.series
    title = f"{figures.series(series)}: {figures.indicator(row.reading)}"
    parts = (
        _reading(row),
        _formula(row),
        _facts(row),
        _left_out(row),
        _passed_over(row.passed_over, series.grain),
        _findings(row.findings, series.grain),
        _suspicions(row.suspicions),
        _rate_checks(row.rate_checks),
        series_part(history, series),
        _others(row),
    )
    body = f"{_HEADING}\n{_nonempty(parts)}"
    return page(f"{title} - paysignal", version, body, machines=_machines(row.key, row.as_of))


def not_answered_page(error: NotAnswered, key: str, as_of: str, version: str) -> str:
    """What to say when there is no explanation: why, what may have been meant, and the way to ask again."""
    near = "".join(f"<li>{explain_link(one, breakable(one))}</li>\n" for one in error.near)
    meant = f"<p>It may be one of these:</p>\n<ul>\n{near}</ul>" if near else ""
    told = f'<p class="empty">{breakable(figures.line(str(error)))}</p>\n{meant}\n{_form(key, as_of)}'
    return page("No explanation - paysignal", version, f"{_HEADING}\n{section('reading', 'No explanation', told)}")


def _nonempty(parts: Iterable[str]) -> str:
    return "\n".join(filter(None, parts))


def _reading(row: ExplanationRow) -> str:
    reading = row.reading
    series = reading.series
    flags = tags(map(words.name, sorted({*reading.flags, *row.marks})))
    currency = f"from {series.currency}" if "_in_" in reading.indicator else series.currency
    whose = ", ".join(filter(None, (currency, "" if series.prices == "current" else f"{series.prices} prices")))
    period = figures.period(row.evidence[0].period, series.grain) if row.evidence else reading.event_time
    synthetic = SYNTHETIC_PUBLISHER in reading.sources
    gap = f", {reading.gap_days:,} days after the figure it is compared with" if reading.gap_days is not None else ""
    measure = breakable(words.measure(series.measure, series.segment))
    return section(
        "reading",
        f"{provider(words.provider(series.provider), synthetic=synthetic)}, "
        f"{market(series.market, market_name(series.market))}: {measure}",
        f'<p class="about">{text(figures.indicator(reading))}{text(f" ({whose})") if whose else ""}</p>\n'
        f"<p>{figure(figures.reading(reading), figures.reading_interval(reading))} "
        f"{origin(reading.origin)}{flags}</p>\n"
        f"<p>{text(period)}{text(gap)}; the latest of its facts known {text(reading.known_at)}; "
        f"{reading.facts:,} fact{'s' if reading.facts != 1 else ''} behind it; {text(figures.as_of(row.as_of))}.</p>\n"
        + (f'<p class="note">{text(figures.missing(row.missing_until))}</p>\n' if row.missing_until else "")
        + _form(row.key, row.as_of or "")
        + f"\n<p>{series_link(series.key, 'The whole series', **_asked(row.as_of))}</p>",
    )


def _form(key: str, as_of: str) -> str:
    """Asks the same as of another day; an instant, which no date field takes, is shown as text."""
    kind = "date" if not as_of or (as_of.isascii() and is_date(as_of)) else "text"
    now = f" {explain_link(key, 'as known now')}" if as_of else ""
    return (
        '<form action="/explain" method="get" class="note">\n'
        f'<input type="hidden" name="key" value="{text(key)}">\n'
        f'<label>As it was known on <input type="{kind}" name="as_of" value="{text(as_of)}"></label>\n'
        f"<button>Show</button>{now}\n</form>"
    )


def _formula(row: ExplanationRow) -> str:
    value = f"<code>{breakable(repr(row.reading.value))}</code>"
    if row.reading.origin == "stated":
        return section("formula", "Formula", f"<p>None: it is {value}, as stated.</p>")
    return section(
        "formula",
        "Formula",
        f"<p><code>{text(row.formula)}</code> = {value}</p>\n"
        '<p class="note">With the numbers put in; it gives the figure to the last bit.</p>',
    )


def _facts(row: ExplanationRow) -> str:
    columns = ("Part", "Statement", "Value", "Period", "Rate", "Known", "Source")
    cells = [
        (
            text(evidence.part) if not number else "",
            figure(figures.claim(fact.claim), figures.claim_interval(fact)) + _supporting(number),
            text(figures.exactly(fact.claim.value)),
            text(figures.claim_period(fact.claim)),
            text(f"{evidence.rate:.6g}") if evidence.rate is not None and not number else "",
            known(fact),
            source(fact.claim.source),
        )
        for evidence in row.evidence
        for number, fact in enumerate(evidence.facts)
    ]
    about = "What was put in, and who says the same."
    return table("facts", "Facts", about, *without_empty(columns, cells), "None.")


def _supporting(number: int) -> str:
    return ' <span class="tag">says the same</span>' if number else ""


def _left_out(row: ExplanationRow) -> str:
    columns = ("Statement", "Because", "Period", "Known", "Source")
    cells = [
        (
            f"<del>{figure(figures.claim(left.fact.claim), figures.claim_interval(left.fact))}</del>",
            text(figures.why(left)),
            text(figures.claim_period(left.fact.claim)),
            known(left.fact),
            source(left.fact.claim.source),
        )
        for left in row.left_out
    ]
    return table(
        "left-out", "Left out", "Other statements about the same periods, and why they do not count.", columns, cells,
        "Nobody says anything else about these periods.",
    )  # fmt: skip


def _passed_over(passed_over: Sequence[str], grain: Grain) -> str:
    if not passed_over:
        return ""
    lines = "".join(f"<li>{text(figures.passed_over(line, grain))}</li>\n" for line in passed_over)
    about = '<p class="about">At these the indicator is not defined, so an earlier one is shown.</p>'
    return section("passed-over", "Later periods passed over", f"{about}\n<ul>\n{lines}</ul>")


def _findings(findings: Sequence[FindingRow], grain: Grain) -> str:
    if not findings:
        return ""
    cells = [
        (
            text(found.rule.replace("_", " ")) + (' <span class="tag warn">used here</span>' if found.used else ""),
            text(figures.period_text(found.period, grain)),
            text(figures.line(found.note)),
        )
        for found in findings
    ]
    return table(
        "findings",
        "Findings",
        "Figures of this series that others contradict.",
        ("Rule", "Period", "Finding"),
        cells,
        "",
    )


def _suspicions(suspicions: Sequence[SuspicionRow]) -> str:
    if not suspicions:
        return ""
    cells = [
        (
            text(found.rule.replace("_", " ")) + (' <span class="tag warn">crossed here</span>' if found.used else ""),
            text(f"{found.after} to {found.before}"),
            text(figures.line(found.note)),
        )
        for found in suspicions
    ]
    return table(
        "suspicions",
        "Suspected breaks",
        "Between these two days the figures seem to have changed their meaning, and nobody declared it.",
        ("Rule", "Period", "Finding"),
        cells,
        "",
    )


def _rate_checks(checks: Sequence[RateCheckRow]) -> str:
    if not checks:
        return ""
    lines = "".join(
        f'<li>{text(figures.line(check.note))} <span class="tag{"" if check.agrees else " warn"}">'
        f"{'agrees' if check.agrees else 'disagrees'}</span></li>\n"
        for check in checks
    )
    about = '<p class="about">Told in two currencies: the rate that follows, and those of the time.</p>'
    return section("rate-checks", "Rate checks", f"{about}\n<ul>\n{lines}</ul>")


def _others(row: ExplanationRow) -> str:
    if not row.others:
        return ""
    asked = _asked(row.as_of)
    links = "".join(f"<li>{explain_link(key, text(figures.key(key)), **asked)}</li>\n" for key in row.others)
    return section("others", "Other readings of this series", f"<ul>\n{links}</ul>")


def _machines(key: str, as_of: str | None) -> Iterator[tuple[str, str]]:
    asked = _asked(as_of)
    about = {"series": key, **asked}
    yield f"/v1/explain?{urlencode({'key': key, **asked})}", "This page as JSON"
    yield f"/v1/history?{urlencode(about)}", "History as JSON"
    yield f"/v1/facts?{urlencode(about)}", "Facts as JSON"


def _asked(as_of: str | None) -> dict[str, str]:
    """What an address takes along so that the same moment is shown."""
    return {"as_of": as_of} if as_of else {}
