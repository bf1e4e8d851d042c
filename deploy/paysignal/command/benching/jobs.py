"""The jobs: what an engine is asked to do, with which facts."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

#: Increments of a job unless told otherwise, and what stock Faust gets: at 75 a second the million would take 4 hours.
USUAL_FACTS: Final = 1_000_000
STOCK_FACTS: Final = 2_000

#: Partitions of the topics of a run.
PARTITIONS: Final = 4

#: Event time between two increments: a million of them last 69 hours.
STEP_US: Final = 250_000


class Measures(Enum):
    """What is measured of a job."""

    THROUGHPUT = auto()  #: facts per second and per CPU-second, from the first fact to the last checkpoint
    LATENCY = auto()  #: from a fact sent to its reading received, at a steady rate
    RESTORE = auto()  #: from an assignment to the first fetch, and the memory that the state takes


@dataclass(frozen=True, slots=True)
class Job:
    """One job: `series` dealt over the facts in turn; `windows` in the words of the setting, empty for none.

    `claims` are `facts / series` monthly levels of each series instead of increments. `rivals` are the engines measured
    beside the worker in the same run.
    """

    name: str
    does: str
    series: int
    windows: str = ""
    duplicates: str = "ids"
    finals: bool = True
    claims: bool = False
    figures: str = "all"
    measures: Measures = Measures.THROUGHPUT
    rivals: tuple[str, ...] = ()


_ALL_FIVE: Final = "count+sum+min+max+mean"

JOBS: Final = (
    Job("J0", "consume, decode, nothing", 800, "", "off", rivals=("hand-written",)),
    Job("J1", "24 h windows hopping 1 h: count, sum, min, max, mean", 800, f"24h:{_ALL_FIVE}",
        rivals=("hand-written", "stock Faust")),
    Job("J2", "1 h tumbling: count, sum", 800, "1h:count+sum", rivals=("hand-written",)),
    Job("J3", "J1 over many series, finals off", 200_000, f"24h:{_ALL_FIVE}", finals=False),
    Job("J4", "monthly levels with year-on-year growth", 50_000, claims=True,
        figures="level, year_on_year_growth"),
    Job("latency", "J1 at 500 facts a second: produced to reading consumed", 800, f"24h:{_ALL_FIVE}",
        measures=Measures.LATENCY),
    Job("restore", "take over J1's state", 800, f"24h:{_ALL_FIVE}", measures=Measures.RESTORE),
    Job("quiet", "take over as many quiet series as facts", 1_000_000, "24h:count", finals=False,
        measures=Measures.RESTORE),
)  # fmt: skip


def job_named(name: str) -> Job | None:
    """The job of that name, whatever its case."""
    return next((job for job in JOBS if job.name.lower() == name.strip().lower()), None)
