"""The closed lists of the vocabulary: kinds, measures, segments, topics."""

import re

import pytest

from paysignal.facts import topics
from paysignal.facts.errors import Refused
from paysignal.facts.kinds import Bound, Comparison, Kind, Prices, Role, Tier
from paysignal.facts.measures import MEASURES, Nature, Unit, measure_named, unit_of
from paysignal.facts.segments import VARIANTS, role_of
from paysignal.facts.slugs import checked_slug


def test_tiers_rank_official_company_press_other() -> None:
    """Conflicts are decided in this order."""
    assert [tier.rank for tier in (Tier.OFFICIAL, Tier.COMPANY, Tier.PRESS, Tier.OTHER)] == [0, 1, 2, 3]


def test_the_words_on_the_wire() -> None:
    """Data of years is written in these; a renamed one is another format."""
    assert set(Kind) == {"level", "change", "growth"}
    assert set(Bound) == {"exact", "about", "at_least", "more_than", "at_most", "less_than"}
    assert set(Comparison) == {"previous", "year_ago", "unstated"}
    assert set(Prices) == {"current", "constant"}


@pytest.mark.parametrize(
    ("nature", "names"),
    [
        (Nature.STOCK, "active_users registered_users merchants agents valuation"),
        (Nature.FLOW, "transactions transaction_value revenue funding app_opens"),
        (Nature.PRICE, "average_spend"),
        (Nature.RATIO, "market_share"),
    ],
)
def test_the_nature_of_each_measure(nature: Nature, names: str) -> None:
    """What may be summed over periods and what not."""
    assert {name for name, measure in MEASURES.items() if measure.nature is nature} == set(names.split())


def test_a_growth_is_a_ratio_and_all_else_in_the_measures_unit() -> None:
    """One unit for each measure and kind."""
    for measure in MEASURES.values():
        assert unit_of(measure.name, Kind.GROWTH) is Unit.RATIO
        assert unit_of(measure.name, Kind.LEVEL) is unit_of(measure.name, Kind.CHANGE) is measure.unit
    assert unit_of("transactions", Kind.LEVEL) is Unit.TRANSACTIONS
    assert unit_of("funding", Kind.CHANGE) is Unit.CURRENCY


def test_an_unknown_measure_is_refused_with_the_catalogue() -> None:
    """So whoever misspells one sees the names there are."""
    with pytest.raises(Refused, match=r"active_users.*market_share; use one of these names"):
        measure_named("users")


def test_names_of_measures_fit_into_metrics_and_keys() -> None:
    """Lower-case snake case: no separator of keys, nothing that a label escapes."""
    assert all(re.fullmatch("[a-z][a-z_]*[a-z]", name) for name in MEASURES)


@pytest.mark.parametrize(
    ("segment", "role"),
    [("", Role.WHOLE), ("daily-average", Role.VARIANT), ("mobile-money", Role.PART), ("never-heard-of", Role.PART)],
)
def test_the_role_of_a_segment(segment: str, role: Role) -> None:
    """Empty is the whole, the catalogue names the variants, the rest are parts."""
    assert role_of(segment) is role


def test_variants_are_slugs() -> None:
    """Else no fact could ever have one."""
    for segment in VARIANTS:
        checked_slug("segment", segment)


def test_each_topic_is_declared_once() -> None:
    """Nine names with a version, each with a purpose and a size limit of 1 MiB."""
    names = [topic.name for topic in topics.TOPICS]
    assert len(names) == len(set(names)) == 9
    for topic in topics.TOPICS:
        assert re.fullmatch(r"paysignal\.[a-z]+\.v1", topic.name)
        assert topic.purpose
        assert topic.settings["max.message.bytes"] == "1048576"


@pytest.mark.parametrize(
    ("name", "policy", "days"),
    [
        (topics.FACTS, "delete", None),  # for ever: the history of record
        (topics.INCREMENTS, "delete", 97),  # the longest ring and a week
        (topics.FINALS, "delete", 365),
        (topics.LATE, "delete", 30),
        (topics.REJECTED, "delete", 30),
        (topics.READINGS, "compact", None),
        (topics.ALERTS, "compact", None),
        (topics.STATE, "compact", None),
        (topics.CROSS, "compact", None),
    ],
)
def test_how_long_a_topic_is_kept(name: str, policy: str, days: int | None) -> None:
    """Facts for ever; compacted topics roll hourly, so that they are quick to restore."""
    (topic,) = (each for each in topics.TOPICS if each.name == name)
    assert topic.settings["cleanup.policy"] == policy
    if policy == "delete":
        assert topic.settings["retention.ms"] == ("-1" if days is None else str(days * 86_400_000))
    else:
        assert int(topic.settings["segment.ms"]) <= 3_600_000
        assert int(topic.settings["max.compaction.lag.ms"]) <= 86_400_000
        assert "retention.ms" not in topic.settings
