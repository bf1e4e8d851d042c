"""Readings of claims: what every indicator of the catalogue makes of the books a batch touched."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Final

from paysignal.engine.audit.levels import contradicted
from paysignal.engine.books import Book
from paysignal.engine.emission.cases import Case, Cases, Told
from paysignal.engine.emission.figures import Figure, bound_of, converted_estimate, estimate_of, figures_of
from paysignal.engine.money.rates import RateTable
from paysignal.engine.pairs import Level
from paysignal.facts.kinds import Bound, Kind
from paysignal.facts.measures import MEASURES, Unit, unit_of
from paysignal.facts.readings import Flag, Reading, reading_key
from paysignal.indicators.catalogue import (
    COMPARED,
    CONVERTED,
    EVERY_FIGURE,
    STATED,
    ComparedIndicator,
    ConvertedIndicator,
    StatedIndicator,
    definition_of,
)
from paysignal.indicators.estimates import Estimate

#: Nothing shrinks by more than all of it.
_GROWTH_FLOOR: Final = -1.0


def of_books(
    books: Sequence[Book], told: Told, rates: RateTable, names: Collection[str] = EVERY_FIGURE
) -> Iterator[Reading]:
    """Every reading that the books' claims give now, of the indicators of these names. Called by the step.

    `told` are the cases of these books.
    """
    for stated in STATED:
        if stated.name in names:
            yield from _stated(stated, books)
    for compared in COMPARED:
        if compared.name in names:
            yield from _compared(compared, told[compared.baseline])
    for converted in CONVERTED:
        if converted.name in names:
            yield from _converted(converted, told[converted.baseline], books, rates)


def possible_keys(book: Book) -> Iterator[str]:
    """Every key that claims of this book, retracted ones included, can have given a reading."""
    series = book.series.key
    for stated in STATED:
        for baseline in book.baselines(stated.kind):
            yield reading_key(series, stated.name, "", baseline)
    computed: tuple[ComparedIndicator | ConvertedIndicator, ...] = (*COMPARED, *CONVERTED)
    for derived in computed:
        yield reading_key(series, derived.name, "", derived.baseline or "")


def _stated(indicator: StatedIndicator, books: Iterable[Book]) -> Iterator[Reading]:
    found = [(book, *latest) for book in books for latest in _latest_of_each_baseline(book, indicator.kind)]
    if not found:
        return
    figures = figures_of(indicator.compute(estimate_of([level for _, _, level in found])))
    for (book, baseline, level), figure in zip(found, figures, strict=True):
        if figure is not None:
            unit = unit_of(book.series.measure, indicator.kind)
            case = Case(
                book, (level,), contradicted=contradicted(book, indicator.kind, level.period, baseline, level.choice)
            )
            yield _reading(indicator, case, baseline, unit, figure, level.choice.shown.bound)


def _latest_of_each_baseline(book: Book, kind: Kind) -> Iterator[tuple[str, Level]]:
    done: set[str] = set()
    for period, baseline, choice in book.latest(kind):
        if baseline not in done:
            done.add(baseline)
            yield baseline, Level(period, choice)
        if kind is Kind.LEVEL:  # which has no baseline
            return


def _compared(indicator: ComparedIndicator, told: Sequence[Cases]) -> Iterator[Reading]:
    def compute(cases: Sequence[Case]) -> Estimate:
        return indicator.compute(*(estimate_of([case.levels[role] for case in cases]) for role in (0, 1)))

    for case, figure in _first_defined([iter(cases) for cases in told], compute):
        yield _derived(indicator, case, indicator.baseline, figure)


def _converted(
    indicator: ConvertedIndicator, told: Sequence[Cases], books: Sequence[Book], rates: RateTable
) -> Iterator[Reading]:
    """Only for money of other currencies; a period without a published rate is passed over for an earlier one."""

    def compute(cases: Sequence[Case]) -> Estimate:
        roles = range(len(cases[0].levels) if cases else 1 if indicator.baseline is None else 2)
        columns = [[(case.book.series, case.levels[role]) for case in cases] for role in roles]
        return indicator.compute(*(converted_estimate(column, indicator.currency, rates) for column in columns))

    money = [
        iter(cases)
        for cases, book in zip(told, books, strict=True)
        if book.series.currency not in ("", indicator.currency)
    ]
    for case, figure in _first_defined(money, compute):
        yield _derived(indicator, case, indicator.baseline or "", figure)


def _first_defined(
    waiting: list[Iterator[Case]], compute: Callable[[Sequence[Case]], Estimate]
) -> Iterator[tuple[Case, Figure]]:
    """Tries the latest case of every book at once, then the next case of those where it was undefined, and so on."""
    while waiting:
        tried = [(rest, case) for rest in waiting if (case := next(rest, None)) is not None]
        if not tried:
            return
        figures = figures_of(compute([case for _, case in tried]))
        yield from ((case, figure) for (_, case), figure in zip(tried, figures, strict=True) if figure is not None)
        waiting = [rest for (rest, _), figure in zip(tried, figures, strict=True) if figure is None]


def _derived(indicator: ComparedIndicator | ConvertedIndicator, case: Case, baseline: str, figure: Figure) -> Reading:
    unit = indicator.unit if isinstance(indicator.unit, Unit) else MEASURES[case.book.series.measure].unit
    bound = bound_of(figure, _GROWTH_FLOOR if indicator.unit is Unit.RATIO else None)
    return _reading(indicator, case, baseline, unit, figure, bound)


def _reading(  # noqa: PLR0913, PLR0917 -- the one place where the parts of a claims' reading come together
    indicator: StatedIndicator | ComparedIndicator | ConvertedIndicator,
    case: Case,
    baseline: str,
    unit: Unit,
    figure: Figure,
    bound: Bound,
) -> Reading:
    support, period = case.support, case.levels[0].period
    return Reading(
        series=case.book.series,
        indicator=indicator.name,
        window="",
        baseline=str(baseline),
        origin=indicator.origin,
        value=figure.value,
        low=figure.low,
        high=figure.high,
        bound=bound,
        unit=unit,
        start=period.start,
        event_time=period.end,
        known_at=support.known_at,
        gap_days=case.gap_days,
        facts=support.facts,
        sources=support.sources,
        inputs=support.inputs,
        flags=_flags(case, figure, unit),
        final=False,
        version=case.book.version,
        definition=definition_of(indicator),
    )


def _flags(case: Case, figure: Figure, unit: Unit) -> tuple[str, ...]:
    """The flags of the case, and those that the figure itself raises."""
    flags = list(case.support.flags)
    if len(case.levels) > 1:
        floor = MEASURES[case.book.series.measure].floor
        if unit is Unit.RATIO and case.levels[-1].choice.shown.value < floor:
            flags.append(Flag.SMALL_BASE)
        if (figure.low is None or figure.low <= 0.0) and (figure.high is None or figure.high >= 0.0):
            flags.append(Flag.UNDECIDED)
    return tuple(sorted(flags))
