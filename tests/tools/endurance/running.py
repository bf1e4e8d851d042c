"""One run: topics, workers, load, the plan carried out, everything caught up; then what stands is checked."""

import datetime as dt
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from paysignal.engine.parameters import Parameters, asked_of
from paysignal.facts import topics
from tests.tools.brokers import RealKafka
from tests.tools.chaos import Chaos, chaos
from tests.tools.endurance.checking import Stood, expected, found
from tests.tools.endurance.feeding import SPEED, Feed, Feeding
from tests.tools.endurance.plan import USUAL_PAUSE, Fault, Kind, planned
from tests.tools.endurance.watching import Sample, Watching, recovery, slope
from tests.tools.system import SESSION_SECONDS, System, WorkerProcess, sample_claims
from tests.tools.waiting import eventually

_WINDOWS = "15m:count+sum, 1h:count+sum+max"
_LATENESS_SECONDS = 1_800
_PARAMETERS = Parameters(asked_of(_WINDOWS), lateness_us=_LATENESS_SECONDS * 1_000_000, sections=True)

_NAP_SECONDS = 2.5
_DEATH_SECONDS = 15.0
_CATCH_UP_SECONDS = 600.0

#: Until a worker is ready: of the starts in a run one or another meets a machine that has much else to do.
_PATIENCE_SECONDS = 180.0

#: Waited for; ten are asked of a worker on a machine that is not starved.
_EXIT_SECONDS = 60.0

#: Asked of a worker after it has warmed up, in MiB a minute; and from SIGTERM to its end, in seconds.
STEEPEST = 1.0
LONGEST_EXIT = 10.0


@dataclass(frozen=True, slots=True)
class Ask:
    """How long, how fast (increments a second), of which seed, and the seconds between two faults."""

    seconds: float
    rate: int
    seed: int = 2_026
    pause: float = USUAL_PAUSE

    @property
    def warm_up(self) -> float:
        """Seconds until a worker has held everything once: rings are full, and a neighbour's partitions were taken."""
        return self.seconds / 3


@dataclass
class Endured:
    """What came of a run."""

    ask: Ask
    feed: Feed
    sent: int = 0
    took: float = 0.0
    faults: list[tuple[float, Fault]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    exits: list[float] = field(default_factory=list)  #: seconds from SIGTERM to the end
    witness: int = 0
    wanted: Stood = field(default_factory=Stood)
    stands: Stood = field(default_factory=Stood)

    @property
    def growth(self) -> float:
        """MiB a minute by which the worker that was never killed grew after its warm-up."""
        return slope(self.samples, self.witness, self.ask.warm_up)

    @property
    def recoveries(self) -> list[tuple[float, Fault, float | None]]:
        """Of each fault when it was done, and the seconds until no more than a second's increments were behind."""
        return [(at, fault, recovery(self.samples, at, self.ask.rate)) for at, fault in self.faults]

    def broken(self) -> list[str]:
        """What does not hold of what must always hold; a line each, empty when all does."""
        increments, claims = (self.wanted.outcomes[topic] for topic in (topics.INCREMENTS, topics.FACTS))
        distinct_claims = len({claim.id for claim in sample_claims()})
        held = {
            "all that was acknowledged stands on the topics": self.wanted.records == self.sent + claims["total"],
            "every record has one outcome": self.wanted.records == increments["total"] + claims["total"],
            "every malformed record is rejected, and nothing else": increments["rejected"] == self.feed.poison,
            "no event counts twice": increments["accepted"] <= self.feed.distinct,
            "every event counts, or is told as late": increments["accepted"] + increments["late"] >= self.feed.distinct,
            "every copy is told as one, or as late": increments["duplicate"] + increments["late"]
            >= self.feed.again
            > 0,
            "copies of a claim change nothing": claims["accepted"] == distinct_claims,
            "late ones came": increments["late"] > 0,
            "windows closed": len(self.stands.outputs[topics.FINALS]) > self.feed.series,
            "every kind of fault was done": {fault.kind for _, fault in self.faults} == set(Kind),
        }
        return [*(name for name, holds in held.items() if not holds), *self.wanted.differences(self.stands)]


def endure(broker: RealKafka, folder: Path, ask: Ask) -> Endured:
    """Runs it on a broker of its own, which is killed and started again, and checks what stands at the end."""
    system = System(broker.address, embedded=False, folder=folder, group="paysignal")
    system.make_topics()
    # Event time runs faster than the clock and ends before now: what is ahead of its sending time is rejected.
    begin = dt.datetime.now(dt.UTC).replace(microsecond=0) - dt.timedelta(seconds=SPEED * (ask.seconds + 60))
    run = Endured(ask, Feed(ask.seed, ask.rate, begin))
    settings = ("--windows", _WINDOWS, "--lateness-seconds", str(_LATENESS_SECONDS))
    with chaos(system, ask.seed, *settings) as disorder:
        _under_load(broker, disorder, run)
        run.told = disorder.told
    run.wanted, run.stands = expected(broker.address, _PARAMETERS), found(broker.address)
    return run


def _under_load(broker: RealKafka, disorder: Chaos, run: Endured) -> None:
    witness, other = disorder.start(), disorder.start()
    run.witness = witness.port
    witness.ready(_PATIENCE_SECONDS)
    other.ready(_PATIENCE_SECONDS)
    feeding = Feeding(broker.address, run.feed, run.ask.seconds)
    watching = Watching(lambda: disorder.workers, lambda: feeding.sent)
    try:
        for fault in planned(run.ask.seed, run.ask.seconds, run.ask.pause):
            time.sleep(max(watching.began + fault.at - time.monotonic(), 0))
            run.faults.append((time.monotonic() - watching.began, fault))
            _carry_out(fault, broker, disorder, run)
            assert witness.alive, witness.said()
        feeding.join()
        run.sent, run.took = feeding.sent, feeding.took
        for worker in [each for each in disorder.workers if each is not witness]:
            disorder.kill(worker)
        witness.catch_up(_CATCH_UP_SECONDS)
    finally:
        watching.close()
        run.samples = watching.samples
    run.exits.append(_leaves(disorder, witness))


def _carry_out(fault: Fault, broker: RealKafka, disorder: Chaos, run: Endured) -> None:
    others = [each for each in disorder.workers if each.port != run.witness]
    match fault.kind:
        case Kind.KILL:
            disorder.kill(others[0])
            disorder.start()
        case Kind.DIE:
            dying = disorder.start(dies=True)
            with suppress(AssertionError):  # it may have got no partition, and so no checkpoint to die in
                eventually(lambda: not dying.alive, "a worker to kill itself", seconds=_DEATH_SECONDS)
            disorder.kill(dying)
        case Kind.FREEZE:
            disorder.freeze(disorder.random.choice(disorder.workers), SESSION_SECONDS + 3)
        case Kind.NAP:
            disorder.freeze(disorder.random.choice(disorder.workers), _NAP_SECONDS)
        case Kind.OUTAGE:
            for each in disorder.workers:
                each.ready(_PATIENCE_SECONDS)  # one that finds no broker at its start ends, as it should
            disorder.tell(f"the broker is away for {fault.seconds:g} s")
            broker.stop()
            time.sleep(fault.seconds)
            broker.start()
        case Kind.LEAVE:
            others[0].ready(_PATIENCE_SECONDS)
            run.exits.append(_leaves(disorder, others[0]))
            disorder.start()


def _leaves(disorder: Chaos, worker: WorkerProcess) -> float:
    """SIGTERM; it saves what it has and ends with 0. Returns the seconds that took."""
    disorder.tell(f"SIGTERM of {worker.port}")
    code, seconds = worker.terminate(_EXIT_SECONDS)
    disorder.workers.remove(worker)
    assert code == 0, f"exit {code} after {seconds:.1f} s:\n{worker.said()[-3_000:]}"
    return seconds


def kinds_of(faults: list[tuple[float, Fault]]) -> Counter[Kind]:
    """How often each was done."""
    return Counter(fault.kind for _, fault in faults)
