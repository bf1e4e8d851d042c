"""docs/indicators.md, written from the catalogue: `python -m tests.tools.catalogue_page` in the checkout.

Each indicator with its formula, unit and docstring, and a plot of what it said over time of a real series that ships:
most of them the value of UPI's payments by month; windows of the synthetic increments.
"""

import datetime as dt
import inspect
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from paysignal.command.rates import published_rates
from paysignal.engine.decoding import decode
from paysignal.engine.parameters import PREFIX, Asked, Parameters
from paysignal.engine.records import Record
from paysignal.engine.step import State, step
from paysignal.facts import wire
from paysignal.facts.claims import Claim
from paysignal.facts.moments import event_us
from paysignal.facts.readings import Reading
from paysignal.indicators.catalogue import COMPARED, CONVERTED, EVERY, ROLLING, STATED, Indicator
from paysignal.indicators.trends import AT_CONSTANT_RATES, ATTENTION, DIFFERENCES, EVERY_TREND, HISTORIES
from paysignal.samples.synthetic import increments
from paysignal.windows.spans import WINDOWS
from tests.tools.need import CHECKOUT
from tests.tools.samples import sample_claims
from tests.tools.svg import plot

PAGE = CHECKOUT / "docs" / "indicators.md"
PLOTS = CHECKOUT / "docs" / "pictures" / "indicators"

#: Drawn is the first of them of which the indicator says enough; by the start of the series' keys.
_SERIES = (
    "upi|IN|transaction_value||month|", "upi|IN|transactions||month|", "paypal|world|transaction_value||quarter|",
    "paypal|world|active_users||instant|", "sample-wallet|",
)  # fmt: skip
#: Of fewer points a plot shows nothing.
_FEWEST = 3
_WINDOW = "24h"
_GROUPS: tuple[tuple[str, str, tuple[Indicator, ...]], ...] = (
    ("Growth", "Of claims: what is stated, and what levels say.", (*STATED, *COMPARED, *DIFFERENCES)),
    ("Money", "Told in another currency, each period at its own rate or both at the base's.",
     (*CONVERTED, *AT_CONSTANT_RATES)),
    ("History", "Growth over spans, trend and anomaly; computed where `trends` asks for them.", HISTORIES),
    ("Attention", "What is said of a series; computed where `trends` asks for them.", ATTENTION),
    ("Windows", "Of increments, for each window; the plots are of the synthetic stream, 24 hours.", ROLLING),
)  # fmt: skip
_HEAD = """# The catalogue of indicators

Written by `python -m tests.tools.catalogue_page` from
[`catalogue.py`](../streams/paysignal/indicators/catalogue.py) and
[`trends.py`](../streams/paysignal/indicators/trends.py); a test holds it to them. {count} indicators, of which {names}
have a name of their own. A plot shows what an indicator said, as time went on, of a series of the samples that ship,
for each period as it was told: most of the monthly value of UPI's payments in India.

Undefined is absent: there is no reading, never a 0 or an infinity. Every reading carries the ends that its inputs'
digits leave open; scores of scatter leave both open. Trends are off unless `PAYSIGNAL_TRENDS` (or `trends` in
`paysignal.toml`) names them, or says `all`: each reads the whole of a series again with every fact. What they cost is
in [decision 020](decisions/020-trends-are-asked-for.md), how they compare with recording rules in
[anomalies](anomalies.md).
"""

#: What an indicator said, by event time in microseconds.
Told = list[tuple[float, float]]


def written() -> dict[Path, str]:
    """Every file of the page, as it should be."""
    files, sections = {}, [_HEAD.format(count=len(EVERY), names=len({each.name for each in EVERY}))]
    for title, says, indicators in _GROUPS:
        sections.append(f"\n## {title}\n\n{says}\n")
        for indicator in indicators:
            slug = slug_of(indicator)
            series, found = _found(indicator)
            files[PLOTS / f"{slug}.svg"] = _drawn(indicator, found)
            sections.append(_entry(indicator, slug, series))
    return {PAGE: "\n".join(sections), **files}


def slug_of(indicator: Indicator) -> str:
    """The name of the plot's file."""
    parts = [indicator.name.replace("_", "-"), _baseline(indicator).replace("_", "-"), getattr(indicator, "window", "")]
    return "-".join(part for part in parts if part)


def _found(indicator: Indicator) -> tuple[str, Told]:
    """The key of the series that is drawn, and what the indicator said of it."""
    key = indicator.name, _window(indicator), _baseline(indicator)
    for start in _SERIES:
        for (series, *rest), told in sorted(_said().items()):
            if series.startswith(start) and tuple(rest) == key and len(told) >= _FEWEST:
                return series, told
    raise AssertionError(f"{indicator} says too little of the samples to be drawn; add a series")


def _entry(indicator: Indicator, slug: str, series: str) -> str:
    doc = inspect.cleandoc(inspect.getdoc(indicator.compute) or "")
    baseline, window = _baseline(indicator), getattr(indicator, "window", "")
    told = [f"`{indicator.name}`"]
    told += [f"against `{baseline}`"] if baseline else []
    told += [f"window `{window}`"] if window else []
    unit = getattr(indicator, "unit", None)
    unit = "the measure's" if unit is None or unit == "own" else str(unit)
    if indicator.name == "stated_growth":
        unit = "ratio"
    return (
        f"### {', '.join(told)}\n\n![{indicator.name}](pictures/indicators/{slug}.svg)\n\n"
        f"`{indicator.formula}`, in {unit}. Of `{series}`.\n\n{doc}\n"
    )


def _drawn(indicator: Indicator, found: Told) -> str:
    label = " ".join(filter(None, (indicator.name, _baseline(indicator))))
    return plot(found, label, f"{found[-1][1]:.4g}")


def _baseline(indicator: Indicator) -> str:
    """The baseline of an indicator; of those that are stated the one that the plot shows."""
    if indicator.name in {"stated_growth", "stated_gain"}:
        return {"stated_growth": "year_ago", "stated_gain": "previous"}[indicator.name]
    return str(getattr(indicator, "baseline", None) or "")


def _window(indicator: Indicator) -> str:
    return _WINDOW if indicator in ROLLING else getattr(indicator, "window", "")


@cache
def _said() -> dict[tuple[str, str, str, str], Told]:
    """What every indicator said over time, by series, name, window and baseline."""
    said: dict[tuple[str, str, str, str], dict[float, float]] = defaultdict(dict)
    for reading in (*_of_claims(), *_of_increments()):
        key = reading.series.key, reading.indicator, reading.window, reading.baseline
        said[key][float(event_us(reading.event_time))] = reading.value
    return {key: sorted(values.items()) for key, values in said.items()}


def _of_claims() -> Iterator[Reading]:
    """The readings of the sample's claims, one more period each time."""
    claims = sorted((claim for claim in sample_claims() if _is_drawn(claim)), key=lambda claim: claim.dated.event_us)
    state, rates = State(Parameters(trends=EVERY_TREND)), published_rates(None)
    for number, claim in enumerate(claims):
        record = Record("facts", 0, number, None, wire.encode(claim), None)
        yield from step(state, decode([record], partitions=None), rates).readings


def _is_drawn(claim: Claim) -> bool:
    return claim.period is not None and claim.series_key.startswith(_SERIES)


def _of_increments() -> Iterator[Reading]:
    names = tuple(each.name.removeprefix(PREFIX) for each in ROLLING)
    window = next(each for each in WINDOWS if each.name == _WINDOW)
    state = State(Parameters(asked=(Asked(window, names),)))
    stream = list(increments(1, 3_000, dt.datetime(2026, 1, 1, tzinfo=dt.UTC)))
    first = stream[0].partition_key
    for start in range(0, len(stream), 60):
        batch = stream[start : start + 60]
        records = [Record("increments", 0, start + n, None, wire.encode(each), None) for n, each in enumerate(batch)]
        for reading in step(state, decode(records, partitions=None)).readings:
            if reading.series.partition_key == first:
                yield reading


def main(write: Callable[[Path, str], Any] = lambda path, text: path.write_text(text, encoding="utf-8")) -> None:
    """Writes page and plots, and removes plots of indicators that are no more."""
    files = written()
    PLOTS.mkdir(parents=True, exist_ok=True)
    for old in set(PLOTS.glob("*.svg")) - files.keys():
        old.unlink()
    for path, text in files.items():
        write(path, text)


if __name__ == "__main__":
    main()
