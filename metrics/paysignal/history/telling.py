"""Answers as rows: three questions, asked alike by page, API and command."""

from collections.abc import Iterable, Mapping
from typing import Final

from paysignal.engine.audit.findings import Finding
from paysignal.engine.choice import Choice
from paysignal.engine.emission.figures import Figure
from paysignal.engine.explaining import Evidence, Explanation
from paysignal.engine.histories import Point
from paysignal.facts.claims import Claim
from paysignal.facts.moments import moment_at
from paysignal.history.answers import Answers
from paysignal.history.held import Held
from paysignal.history.questions import as_of_us, series_of
from paysignal.history.rows import (
    ChoiceRow,
    EvidenceRow,
    ExplanationRow,
    FactRow,
    FactsRow,
    FigureRow,
    FindingRow,
    HistoryRow,
    LeftOutRow,
    PointRow,
    StatedRow,
)

#: Half a megabyte of JSON; a series of more has them in the topic.
MOST_FACTS: Final = 1_000

_Held = Mapping[str | None, Held]


def explanation_row(answers: Answers, key: str, as_of: str | None) -> ExplanationRow:
    """Why the reading is what it is; raises `BadQuestion` or `Unknown`."""
    us = as_of_us(as_of)
    explained = answers.explain(key, us)
    series_key = explained.reading.series.key
    held = {one.claim.id: one for one in answers.facts(series_key, us)}
    return ExplanationRow(
        key=key,
        as_of=as_of or None,
        reading=explained.reading,
        formula=explained.formula,
        evidence=tuple(_evidence(each, held) for each in explained.evidence),
        left_out=tuple(LeftOutRow(why=each.why, fact=_fact(each.claim, held)) for each in explained.left_out),
        passed_over=explained.passed_over,
        findings=_findings(answers.findings(series_key, us), explained),
        others=tuple(name for name in answers.reading_keys(series_key, us) if name != key),
        missing_until=_missing_until(answers),
    )


def history_row(answers: Answers, series: str, as_of: str | None) -> HistoryRow:
    """The series (or that of a reading's key) period by period; raises `BadQuestion` or `Unknown`."""
    key = series_of(series).key
    return HistoryRow(
        series=key,
        as_of=as_of or None,
        points=tuple(map(_point, answers.history(key, as_of_us(as_of)))),
        missing_until=_missing_until(answers),
    )


def facts_row(answers: Answers, series: str, as_of: str | None) -> FactsRow:
    """The facts of the series (or that of a reading's key); raises `BadQuestion` or `Unknown`."""
    key = series_of(series).key
    held = answers.facts(key, as_of_us(as_of))
    newest = held[: -MOST_FACTS - 1 : -1]
    return FactsRow(
        series=key,
        as_of=as_of or None,
        total=len(held),
        facts=tuple(_fact_of(one) for one in newest),
        missing_until=_missing_until(answers),
    )


def _missing_until(answers: Answers) -> str | None:
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
    return _fact_of(held.get(claim.id) or Held(claim))


def _fact_of(held: Held) -> FactRow:
    interval = held.claim.interval
    retracted_at = held.retraction.known_at if held.retraction is not None else None
    return FactRow(claim=held.claim, low=interval.low, high=interval.high, retracted_at=retracted_at)


def _findings(findings: Iterable[Finding], explained: Explanation) -> tuple[FindingRow, ...]:
    """Those about figures that were used come first."""
    used = {claim.id for evidence in explained.evidence for claim in evidence.claims}
    rows = [
        FindingRow(
            rule=found.rule,
            claims=found.claims,
            period=found.period,
            stated=found.stated,
            computed=found.computed,
            low=found.open.low,
            high=found.open.high,
            note=found.note,
            used=not used.isdisjoint(found.claims),
        )
        for found in findings
    ]
    return tuple(sorted(rows, key=lambda row: not row.used))


def _point(point: Point) -> PointRow:
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
