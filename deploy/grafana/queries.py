"""The PromQL that panels are made of. Names of metrics and labels are those of paysignal's exposition."""

#: What the reader chose above the dashboard; each variable may be several values, or all.
CHOSEN = 'provider=~"$provider",market=~"$market",measure=~"$measure"'

#: The labels of the series, by which figures of one series meet.
SERIES = "provider, market, measure, segment, grain, currency, prices"

#: Milliseconds, which Grafana's dates want, where Prometheus counts seconds.
_TO_MS = "* 1000"


def figure(metric: str, matchers: str = "") -> str:
    """The chosen series of a metric of the exporter, one each whichever process it was scraped from."""
    within = f"{CHOSEN},{matchers}" if matchers else CHOSEN
    return f"max without (instance, job) ({metric}{{{within}}})"


def or_zero(query: str) -> str:
    """0 where the query finds nothing, for what is empty while all is well."""
    return f"{query} or on () vector(0)"


def certain_growth() -> str:
    """The lower end of each chosen growth on the year."""
    return figure("paysignal:growth_ratio:lower", 'baseline="year_ago"')


def fullest(what: str) -> str:
    """How much of its limit in bytes the fullest process holds."""
    return f"max({what}_bytes / {what}_limit_bytes)"


def fastest(count: int) -> str:
    """The `count` chosen growths on the year with the highest lower end, which is their value: a ratio, 1 is +100 %."""
    return f"topk({count}, {figure('paysignal:growth_ratio:year_on_year_lower')})"


def growth_ended_ms() -> str:
    """When the period of each chosen growth on the year ended, under the labels of the growth."""
    return f'paysignal:growth_ratio:event_timestamp_seconds{{{CHOSEN},baseline="year_ago"}} {_TO_MS}'


def growth_from(origin: str) -> str:
    """Chosen growths of one origin (`stated` or `derived`), without that label, so that the two can be compared."""
    return f'max without (instance, job, origin) (paysignal_growth_ratio{{{CHOSEN},origin="{origin}"}})'


def stated_and_derived_of_one_period() -> str:
    """Non-empty for each growth, without its origin, whose latest stated and derived figures are of one period."""
    ended = f"max without (origin) (paysignal:growth_ratio:event_timestamp_seconds{{{CHOSEN},origin="
    return f'({ended}"stated"}}) == {ended}"derived"}}))'


def level_ended_ms() -> str:
    """When each chosen level held, under the labels of the level, which has a unit where the timestamp has none."""
    ended = f'max by ({SERIES}) (paysignal_reading_event_timestamp_seconds{{{CHOSEN},indicator="level"}})'
    return f"(0 * {figure('paysignal_level')} + on ({SERIES}) group_left () {ended}) {_TO_MS}"


def newest_age(count: int) -> str:
    """Seconds since the newest event time of each provider's readings, the `count` oldest providers."""
    newest = f"max by (provider) (paysignal_reading_event_timestamp_seconds{{{CHOSEN}}})"
    return f"topk({count}, time() - {newest})"


def lag(metric: str) -> str:
    """Records that one process has not read yet, by topic."""
    return f"sum by (topic) ({metric})"


#: What came in, apart from what a worker reads again of its own for alerts and cross-sections.
FACTS = 'paysignal_worker_facts_total{topic=~"paysignal[.](facts|increments)[.]v1"}'


def rate_by(label: str, metric: str) -> str:
    """How many a second a counter counts, by one label."""
    return f"sum by ({label}) (rate({metric}[$__rate_interval]))"


def event_time_ms() -> str:
    """When each chosen reading is of, under the labels of the reading and its indicator."""
    return f"{figure('paysignal_reading_event_timestamp_seconds')} {_TO_MS}"


def facts_at_ms() -> str:
    """When what was published of the chosen series is of: levels, gains and growths as stated."""
    stated = figure("paysignal_reading_event_timestamp_seconds", 'origin="stated"')
    return f"{stated} {_TO_MS}"


def over_time(metric: str) -> str:
    """Chosen figures along the time shown, also where a sample stands alone, as the imported past does."""
    return f"max without (instance, job) (last_over_time({metric}{{{CHOSEN}}}[$__interval]))"


def quantile(share: float, histogram: str) -> str:
    """A quantile of a histogram of all processes, over the last scrapes; 0 where nothing was observed."""
    buckets = f"sum by (le) (rate({histogram}_bucket[$__rate_interval]))"
    return or_zero(f"histogram_quantile({share}, {buckets}) >= 0")


def furthest_apart(count: int) -> str:
    """The `count` largest differences of stated and derived growth of one period, without sign."""
    stated, derived = growth_from("stated"), growth_from("derived")
    return f"topk({count}, abs({stated} - {derived}) and {stated_and_derived_of_one_period()})"


def leaders(count: int) -> str:
    """The `count` highest levels of payments of each market and length of period, of whole providers."""
    levels = f'max by (market, provider, grain) (paysignal_level{{{CHOSEN},measure="transactions",segment=""}})'
    return f"topk by (market, grain) ({count}, {levels})"


def grown(measure: str) -> str:
    """The lower end of the chosen growths on the year of whole providers, by market, provider and length of period."""
    matchers = f'{CHOSEN},measure="{measure}",segment=""'
    return f"max by (market, provider, grain) (paysignal:growth_ratio:year_on_year_lower{{{matchers}}})"
