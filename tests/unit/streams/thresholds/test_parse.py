"""The thresholds file: what each field becomes, and every mistake with its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paysignal.indicators.catalogue import EVERY
from paysignal.thresholds.errors import ThresholdsError
from paysignal.thresholds.nodes import LARGEST_BYTES
from paysignal.thresholds.parse import DEFAULT_NAME, default_bytes, placed_rules, rules_of

DAY_US = 86_400_000_000
WHOLE = b"""
rules:
  - rule: users-fall
    indicator: year_on_year_growth
    window: ""
    baseline: year_ago
    match:
      provider: [alipay, wechat*]
      market: NO
      segment: ""
    below: -0.1
    clear: 0
    certain: true
    readings: 3
    for: 90d
    cool_down: 2w
    max_age: 400d
    severity: critical
    unless: conflict
    summary: "{provider} fell"
  - {rule: short, indicator: level, above: 1e9}
"""


def test_every_field_becomes_part_of_the_rule() -> None:
    """Norway stays a country, durations are microseconds, one flag is a list of one."""
    whole, short = rules_of(WHOLE, "t.yaml").all
    assert whole.asked == ("year_on_year_growth", "", "year_ago")
    assert [(label, [each.text for each in patterns]) for label, patterns in whole.match] == [
        ("provider", ["alipay", "wechat*"]),
        ("market", ["NO"]),
        ("segment", [""]),
    ]
    assert (whole.direction, whole.threshold, whole.clear, whole.certain) == ("below", -0.1, 0.0, True)
    assert (whole.readings, whole.lasting_us, whole.cool_down_us) == (3, 90 * DAY_US, 14 * DAY_US)
    assert (whole.max_age_us, whole.severity, whole.unless) == (400 * DAY_US, "critical", ("conflict",))
    assert (short.direction, short.threshold, short.clear, short.match) == ("above", 1e9, 1e9, ())
    assert (short.max_age_us, short.readings, short.severity) == (None, 1, "warning")


def test_the_rules_that_ship_ask_for_indicators_there_are() -> None:
    """Each by name, window and baseline of the catalogue, but for those of cross-sections, which come by sections."""
    known = {(each.name, getattr(each, "window", ""), str(getattr(each, "baseline", "") or "")) for each in EVERY}
    rules = rules_of(default_bytes(), DEFAULT_NAME)
    stated = {("stated_growth", "", "year_ago")}  # stated ones have the baseline of their statement
    unknown = {rule.asked for rule in rules.all if "_over_" not in rule.indicator} - known - stated
    assert (unknown, len(rules.all)) == (set(), len(rules.named))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("above: x", "t.yaml:4:12: above 'x': a plain finite number; write 1.0 for +100 %, or 250000000"),
        ("above: 1e999", "4:12: above '1e999'"),
        ("above: .nan", "4:12: above '.nan'"),
        ("above: [1]", "4:12: above 'a list': one value"),
        ("below: 1", "4:12: rule '1': a rule has `above` or `below`"),
        ("clear: 3", "4:12: clear '3': not beyond the threshold, which is 2; put it under that"),
        ("readings: 0", "4:15: readings '0': a whole number from 1 to 100"),
        ("readings: 99999999999999", "4:15: readings"),
        ("for: 1y", "4:10: for '1y': a whole number of s, m, h, d or w; write it like 90d or 12h"),
        ("severity: bad", "4:15: severity 'bad': one of info, warning, critical"),
        ("certain: yes", "4:14: certain 'yes': true or false"),
        ("unless: [doubt]", "4:13: unless 'doubt': flags of a reading"),
        ("window: 'a|b'", "4:13: window 'a|b'"),
        ("match: {provider: '~(a+)+'}", "4:23: match '(a+)+': a group is not repeated"),
        ("match: {markt: x}", "4:13: match 'markt': one of the labels provider, market"),
        ("match: {market: []}", "4:21: match 'market': 1 to 50 patterns"),
        ("match: alipay", "4:12: match 'alipay': patterns by label"),
        ("summary: '{value.real}'", "4:14: summary '{value.real}': in braces stands one of"),
        ("treshold: 1", "4:5: field 'treshold': a field is one of rule, indicator"),
        ("above: &a 1", "4:12: file 'a': no anchors, aliases or tags"),
        ("above: !!python/object/apply:os.system [x]", "4:12: file 'tag:yaml.org"),
        ("above: [", "YAML: "),
    ],
)
def test_a_mistake_is_told_with_its_line_value_rule_and_fix(line: str, told: str) -> None:
    """As a compiler does."""
    text = f"rules:\n  - rule: a\n    indicator: level\n    {line}\n    above: 2\n"
    text = text.removesuffix("    above: 2\n") if line.startswith("above") else text
    with pytest.raises(ThresholdsError) as refused:
        rules_of(text.encode(), "t.yaml")
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", None),
        (b"rules: []\n", None),
        (b"- a\n", "1:1: rules 'a list': a list of rules"),
        (b"rule: []\n", "1:1: file 'rule': one key, `rules`, once"),
        (b"rules: [x]\n", "1:9: rule 'x': a mapping of fields"),
        (b"rules:\n  - {rule: a, rule: b}\n", "2:15: field 'rule': each field once"),
        (b"rules:\n- {indicator: level}\n", "2:3: rule 'a mapping': every rule has `rule`"),
        (b"rules:\n- &a {x: *a}\n", "no anchors"),
        (b"a: \xff\n", "1:1: file b'\\xff': UTF-8"),
        (b"a: \x01\n", "YAML: "),
        (b"[" * 5_000, "file "),
        (b"x" * (LARGEST_BYTES + 1), f"at most {LARGEST_BYTES} bytes"),
        (
            b"rules:\n- {rule: a, indicator: level, above: 1}\n- {rule: a, indicator: level, above: 2}\n",
            "3:1: rule 'a': each rule has a name of its own; line 2 has this one",
        ),
    ],
)
def test_a_file_that_is_none_is_told_as_well(raw: bytes, told: str | None) -> None:
    """Not YAML, too large, too deep, no list; an empty one has no rules and is none of these."""
    if told is None:
        assert rules_of(raw, "t.yaml").all == ()
        return
    with pytest.raises(ThresholdsError) as refused:
        rules_of(raw, "t.yaml")
    assert told in str(refused.value)


def test_all_mistakes_are_told_at_once_in_the_order_of_their_lines() -> None:
    """Nobody corrects a file one error at a time."""
    text = (
        b"rules:\n  - rule: A\n    above: x\n    indicator: level\n  - indicator: level\n    above: 1\n    clear: 2\n"
    )
    with pytest.raises(ThresholdsError) as refused:
        placed_rules(text, "t.yaml")
    assert [2, 3, 5, 7] == [each.line for each in refused.value.mistakes]


@given(st.binary(max_size=200) | st.text("rules:-{}[]&*!|>'\"\n #ax1", max_size=80).map(str.encode))
def test_any_bytes_are_rules_or_a_told_mistake(raw: bytes) -> None:
    """Nothing else is raised, whatever the file."""
    told = "t.yaml:"
    try:
        rules_of(raw, "t.yaml")
    except ThresholdsError as error:
        told = str(error)

    assert told.startswith("t.yaml:")
