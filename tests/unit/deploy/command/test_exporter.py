"""What the exporter is wired of."""

import pytest

from paysignal.command.exporter import wired
from paysignal.command.settings import resolved
from paysignal.consuming.share import WHOLE, Share


def test_a_share_is_of_the_readings_alone() -> None:
    """Facts and alerts are read whole by each: the API's answers and marks need all of them."""
    readings, *others = wired(resolved({"exporter_share": "2/3"})).feeds

    assert Share(2, 3) == readings.share
    assert [WHOLE] * len(others) == [feed.share for feed in others]


def test_a_share_beyond_the_last_is_refused() -> None:
    """With how it is written."""
    with pytest.raises(Exception, match="2/3"):
        resolved({"exporter_share": "3/2"})
