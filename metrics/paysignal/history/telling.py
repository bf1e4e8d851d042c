"""Answers as rows: three questions, asked alike by page, API and command."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from paysignal.engine.audit.equivalents import RateCheck
from paysignal.engine.audit.findings import Finding
from paysignal.engine.averages import figure_of
from paysignal.engine.breaks.suspicion import Suspicion
from paysignal.engine.choice import Choice
from paysignal.engine.emission.figures import Figure
from paysignal.engine.explaining import Evidence, Explanation
from paysignal.engine.histories import Point, in_time, nothing_told
from paysignal.facts.claims import Claim
from paysignal.facts.moments import moment_at
from paysignal.history.answers import Answers
from paysignal.history.examining import Found
from paysignal.history.held import Held
from paysignal.history.questions import BadQuestion, as_of_us, bounded, series_of
from paysignal.history.rows import (
    ChoiceRow,
    EvidenceRow,
    ExplanationRow,
    FactRow,
    FigureRow,
    FindingRow,
    FindingsRow,
    FoundRow,
    HistoryRow,
    LeftOutRow,
    PointRow,
    RateCheckRow,
    StatedRow,
    SuspicionRow,
)

#: Half a megabyte of JSON; a series of more has them in the topic.
MOST_FACTS: Final = 1_000

_Held = Mapping[str | None, Held]


def explanation_row(answers: Answers, key: str, as_of: str | None) -> ExplanationRow:
    """Why the reading is what it is; raises `BadQuestion` or `Unknown`."""
    us = as_of_us(as_of)
    explained = answers.explain(key, us)
    series_key = explained.reading.series.key
    found = answers.found(series_key, us)
    used = [claim for evidence in explained.evidence for claim in evidence.claims]
    held = {one.claim.id: one for one in answers.facts_behind(key, us)}
    return ExplanationRow(
        key=key,
        as_of=as_of or None,
        reading=explained.reading,
        formula=explained.formula,
        evidence=tuple(_evidence(each, held) for each in explained.evidence),
        left_out=tuple(LeftOutRow(why=each.why, fact=_fact(each.claim, held)) for each in explained.left_out),
        passed_over=explained.passed_over,
        findings=_findings(found.findings, explained),
        suspicions=tuple(_suspicion(each, explained.evidence) for each in found.suspicions),
        marks=answers.mark(key, us),
        rate_checks=tuple(_rate_check(each) for each in answers.rate_checks(used, us)),
        others=tuple(name for name in answers.reading_keys(series_key, us) if name != key),
        missing_until=missing_until(answers),
    )


def history_row(answers: Answers, series: str, as_of: str | None) -> HistoryRow:
    """The series (or that of a reading's key) period by period; raises `BadQuestion` or `Unknown`."""
    key, us = series_of(series).key, as_of_us(as_of)
    averages = answers.averages(key, us)
    computed = {} if averages is None else {each.value.period: figure_of(each) for each in averages.found}
    points = {point.period: point for point in answers.history(key, us)}
    points |= {period: nothing_told(period) for period in computed.keys() - points.keys()}
    found = answers.found(key, us)
    return HistoryRow(
        series=key,
        as_of=as_of or None,
        points=tuple(_point(points[period], found, computed.get(period)) for period in sorted(points, key=in_time)),
        missing_until=missing_until(answers),
    )


def findings_row(answers: Answers, provider: str | None, as_of: str | None) -> FindingsRow:
    """What was found against figures of the provider, or of all of them; raises `BadQuestion`.

    As of another time the facts of one provider are held against each other, not those of all.
    """
    us = as_of_us(as_of)
    if us is not None and not provider:
        raise BadQuestion("as_of: takes a provider, whose facts are then looked at as of that time; name one")
    found, examining = answers.findings(bounded("provider", provider or ""), us)
    return FindingsRow(
        provider=provider or None,
        as_of=as_of or None,
        total=len(found.findings) + len(found.suspicions),
        examining=examining,
        findings=tuple(
            FoundRow(series=each.series_key, finding=_finding(each)) for each in found.findings[:MOST_FACTS]
        ),
        suspicions=tuple(map(_suspicion, found.suspicions[:MOST_FACTS])),
    )


def missing_until(answers: Answers) -> str | None:
    """Until when the history is not complete; None where it is."""
    us = answers.store.missing_until_us
    return None if us is None else moment_at(us)


def _evidence(evidence: Evidence, held: _Held) -> EvidenceRow:
    return EvidenceRow(
        part=evidence.part,
        period=evidence.period,
        value=evidence.value,
        low=evidence.low,
        high=evidence.high,
        rate=evidence.rate,
        facts=tuple(_fact(claim, held) for claim in evidence.claims),
    )


def _fact(claim: Claim, held: _Held) -> FactRow:
    return fact_row(held.get(claim.id) or Held(claim))


def fact_row(held: Held) -> FactRow:
    """A fact with what its digits leave open, and when it was taken back."""
    interval = held.claim.interval
    retracted_at = held.retraction.known_at if held.retraction is not None else None
    return FactRow(claim=held.claim, low=interval.low, high=interval.high, retracted_at=retracted_at)


def _findings(findings: Iterable[Finding], explained: Explanation) -> tuple[FindingRow, ...]:
    """Those about figures that were used come first."""
    used = {claim.id for evidence in explained.evidence for claim in evidence.claims}
    rows = [_finding(found, used=not used.isdisjoint(found.claims)) for found in findings]
    return tuple(sorted(rows, key=lambda row: not row.used))


def _finding(found: Finding, *, used: bool = False) -> FindingRow:
    return FindingRow(
        rule=found.rule,
        claims=found.claims,
        period=found.period,
        stated=found.stated,
        computed=found.computed,
        low=found.open.low,
        high=found.open.high,
        note=found.note,
        used=used,
    )


def _suspicion(suspected: Suspicion, evidence: Sequence[Evidence] = ()) -> SuspicionRow:
    periods = [each.period for each in evidence]
    return SuspicionRow(
        rule=suspected.rule,
        series=suspected.series,
        after=suspected.after,
        before=suspected.before,
        note=suspected.note,
        used=len(periods) > 1 and suspected.parts(base=periods[1], current=periods[0]),
    )


def _rate_check(check: RateCheck) -> RateCheckRow:
    return RateCheckRow(
        claim=str(check.claim.id),
        original=str(check.original.id),
        rate=check.rate,
        low=check.implied.low,
        high=check.implied.high,
        lowest=check.lowest,
        highest=check.highest,
        agrees=check.agrees,
        note=check.note,
    )


def _point(point: Point, found: Found, computed: Figure | None) -> PointRow:
    return PointRow(
        period=point.period,
        level=None if point.level is None else _choice(point.level),
        stated=tuple(
            StatedRow(kind=each.kind, baseline=each.baseline, shown=_choice(each.choice)) for each in point.stated
        ),
        previous=_figure(point.previous),
        year_ago=_figure(point.year_ago),
        revisions=point.revisions,
        conflicts=point.conflicts,
        broken=point.broken,
        found=(
            *(each.note for each in found.findings if each.period == point.period.text),
            *(each.note for each in found.suspicions if each.before == point.period.end),
        ),
        computed=_figure(computed),
    )


def _figure(figure: Figure | None) -> FigureRow | None:
    return None if figure is None else FigureRow(value=figure.value, low=figure.low, high=figure.high)


def _choice(choice: Choice) -> ChoiceRow:
    shown = choice.shown
    return ChoiceRow(
        claim=str(shown.id),
        value=shown.value,
        bound=shown.bound,
        low=choice.interval.low,
        high=choice.interval.high,
        unit=shown.unit,
        known_at=str(shown.known_at),
        sources=tuple(dict.fromkeys(claim.source.publisher for claim in choice.supporting)),
    )
