"""Fixtures for every test; the helpers behind them are in tests/tools."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

pytest.register_assert_rewrite("tests.tools")

from tests.tools.brokers import EmbeddedBroker, RealKafka  # noqa: E402 - after register_assert_rewrite, or in vain
from tests.tools.need import require as require_tool  # noqa: E402 - the same

# No deadline for a single example: pytest-timeout ends what hangs, and a busy machine is no defect of ours.
hypothesis.settings.register_profile("house", deadline=None, print_blob=True)
hypothesis.settings.load_profile("house")

_numbers = itertools.count(1)

#: Their files take minutes and wait most of the time: begun first, they leave the quick ones to fill the end.
_LONG = ("broker", "deploy", "page")
_TESTS = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The folders of long tests first, each in the order it had: pytest-randomly has shuffled them by now."""
    items.sort(key=lambda item: item.path.relative_to(_TESTS).parts[0] not in _LONG)


@pytest.fixture
def unique() -> Callable[[str], str]:
    """Names no other test uses, for topics and groups on a shared broker: of "facts" it makes "facts-7"."""
    return lambda prefix: f"{prefix}-{next(_numbers)}"


@pytest.fixture
def require() -> Callable[[str], str]:
    """The path of a tool, such as promtool or chromium; without it the test is skipped, or fails in CI."""
    return require_tool


@pytest.fixture
def embedded_broker(tmp_path: Path) -> Iterator[str]:
    """The address of an embedded broker of the test's own."""
    with EmbeddedBroker(tmp_path) as broker:
        yield broker.address


@pytest.fixture(scope="session")
def real_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an Apache Kafka shared by all tests: use `unique` for the names of topics and groups."""
    with RealKafka(tmp_path_factory.mktemp("kafka")) as broker:
        yield broker.address


@pytest.fixture(params=["embedded", pytest.param("kafka", marks=pytest.mark.kafka)])
def broker(request: pytest.FixtureRequest) -> str:
    """The address of a broker; the test runs twice, on the embedded one and on Apache Kafka."""
    address: str = request.getfixturevalue({"embedded": "embedded_broker", "kafka": "real_kafka"}[request.param])
    return address
