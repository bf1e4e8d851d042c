"""PhonePe Pulse: the path says place and quarter, the file what was counted."""

import json
from pathlib import Path
from typing import Any

import pytest

from paysignal.facts.claims import Claim
from paysignal.facts.errors import Refused
from paysignal.facts.rejections import Reason, Rejected
from paysignal.sources.pulse.parse import LARGEST_FILE, parse_pulse
from paysignal.sources.pulse.places import place_of
from paysignal.sources.pulse.tree import files_of, read_pulse

STATE = "aggregated/transaction/country/india/state/jammu-&-kashmir/2024/1.json"


def file(**data: Any) -> bytes:  # noqa: ANN401 - whatever JSON is
    """A file as Pulse answers it."""
    return json.dumps({"success": True, "responseTimestamp": 1_630_501_490_883, "data": data}).encode()


def category(name: str, count: int, amount: float) -> dict[str, object]:
    """One category of payments."""
    return {"name": name, "paymentInstruments": [{"type": "TOTAL", "count": count, "amount": amount}]}


def told(path: str, raw: bytes) -> dict[tuple[str, str], float]:
    """Value by segment and measure; nothing is rejected."""
    claims = list(parse_pulse(path, raw))
    assert all(isinstance(claim, Claim) for claim in claims)
    return {(claim.segment, claim.measure): claim.value for claim in claims if isinstance(claim, Claim)}


def test_the_quarter_is_the_paths() -> None:
    """The "from" in the file lies a day, and so a quarter, before in UTC: it is not read."""
    raw = file(**{"from": 1_704_047_400_000, "transactionData": [category("Others", 3, 1.5)]})
    claim = next(iter(parse_pulse(STATE, raw)))

    assert isinstance(claim, Claim)
    assert ("IN-JK", "2024-01-01", "2024-04-01") == (claim.market, claim.dated.start, claim.dated.end)
    assert "2021-09-01T13:04:50.883Z" == claim.known_at


def test_categories_and_their_sum() -> None:
    """Pulse prints no total; the state's is the sum of its categories."""
    raw = file(transactionData=[category("Merchant payments", 2, 0.1), category("Peer-to-peer payments", 5, 0.2)])

    assert {
        ("", "transactions"): 7.0, ("", "transaction_value"): 0.1 + 0.2,
        ("p2m", "transactions"): 2.0, ("p2m", "transaction_value"): 0.1,
        ("p2p", "transactions"): 5.0, ("p2p", "transaction_value"): 0.2,
    } == pytest.approx(told(STATE, raw))  # fmt: skip


def test_users_stand_at_the_quarters_end() -> None:
    """Registered users are a stock, app opens a flow; no brands are told after 2022, and that is no zero."""
    path = "aggregated/user/country/india/2018/2.json"
    claims = list(parse_pulse(path, file(aggregated={"registeredUsers": 9, "appOpens": 0}, usersByDevice=None)))

    assert [("registered_users", None, "2018-07-01"), ("app_opens", "2018-04-01", "2018-07-01")] == [
        (claim.measure, claim.dated.start, claim.dated.end) for claim in claims if isinstance(claim, Claim)
    ]


def test_districts_are_segments_of_their_state() -> None:
    """Their names end in " district" there; the country's map repeats the states and gives nothing."""
    raw = file(hoverData={"west garo hills district": {"registeredUsers": 1, "appOpens": 2}})
    path = "map/user/hover/country/india/state/meghalaya/2024/1.json"

    assert {("district-west-garo-hills", "registered_users"), ("district-west-garo-hills", "app_opens")} == set(
        told(path, raw)
    )
    assert {} == told("map/user/hover/country/india/2024/1.json", raw)


def test_all_names_of_states_have_codes() -> None:
    """The old name of Odisha, the merged territories, and the signs between words."""
    names = {"orissa": "IN-OD", "dadra-&-nagar-haveli-&-daman-&-diu": "IN-DH", "andaman-&-nicobar-islands": "IN-AN"}

    assert names == {name: place_of(f"map/user/hover/country/india/state/{name}/2020/4.json").market for name in names}


@pytest.mark.parametrize(
    "path",
    ["a.json", "aggregated/user/country/india/2018/5.json", "aggregated/user/country/india/state/utopia/2018/1.json"],
)
def test_another_path_is_no_file_of_pulse(path: str) -> None:
    """No fifth quarter, and no state that India has not."""
    with pytest.raises(Refused):
        place_of(path)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"{", Reason.BAD_JSON),
        (b"\xff", Reason.BAD_JSON),
        (b"[" * 100_000, Reason.BAD_ROW),
        (b" " * (LARGEST_FILE + 1), Reason.BAD_ROW),
        (file(transactionData=[category("Gold", 1, 1.0)]), Reason.BAD_ROW),
        (file(transactionData=[category("Others", -1, 1.0)]), Reason.BAD_ROW),
        (file(transactionData=[{"name": "Others"}]), Reason.BAD_ROW),
        (file(transactionData=[category("Others", 1, 1e999)]), Reason.BAD_JSON),
    ],
)
def test_a_bad_file_is_rejected_whole(raw: bytes, reason: Reason) -> None:
    """Half of a quarter's figures would be a quarter that fell."""
    (outcome,) = parse_pulse(STATE, raw)

    assert isinstance(outcome, Rejected)
    assert (reason, STATE) == (outcome.reason, outcome.origin.file)


def test_a_tree_is_read_by_quarter_without_what_is_not_its(tmp_path: Path) -> None:
    """The repository holds other files; one that can not be opened is rejected alone."""
    for path in ("data/aggregated/user/country/india/2019/1.json", "data/aggregated/user/country/india/2018/3.json"):
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_bytes(file(aggregated={"registeredUsers": 9, "appOpens": 0}))
    (tmp_path / "package.json").write_text("{}")
    files = files_of(tmp_path)

    assert ["2018", "2019"] == [path.parent.name for path in files]
    assert 2 == len(list(read_pulse(files[0])))
    assert isinstance(next(iter(read_pulse(tmp_path / "gone.json"))), Rejected)
