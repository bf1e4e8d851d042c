"""The supervisor, with real small processes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from paysignal.local.children import KEPT_LINES, KERNEL_TIES, Child
from paysignal.local.supervisor import SHOWN_LINES, ChildDiedError, Supervisor, TooSlowError, how_ended
from tests.tools.waiting import eventually

SLEEP = "import time; time.sleep(60)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); {SLEEP}"

#: The kernel's tie where there is one, and the pipe that stands in for it elsewhere.
both_ties = pytest.mark.parametrize("kernel_ties", [KERNEL_TIES, False], ids=["kernel", "pipe"])


def python(name: str, code: str, *, ends: bool = False, last: bool = False) -> Child:
    """A child that runs some Python."""
    return Child(name, (sys.executable, "-I", "-S", "-c", code), dict(os.environ), ends=ends, last=last)


def alive(pid: int) -> bool:
    """Whether a process with that id runs; one that is dead and only not reaped yet does not."""
    listed = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return listed.stdout.strip()[:1] not in ("", "Z")


@contextmanager
def supervised(*children: Child, kernel_ties: bool = True) -> Iterator[Supervisor]:
    """A supervisor that has started these children."""
    with Supervisor(kernel_ties=kernel_ties) as supervisor:
        for each in children:
            supervisor.start(each)
        yield supervisor


def said(supervisor: Supervisor, name: str, line: str) -> None:
    """Return when the child has written that line."""
    eventually(lambda: line in supervisor.last_lines(name), f"{name} to say {line}")


def never() -> bool:
    """What does not happen."""
    return False


def test_a_child_that_dies_ends_the_wait_with_its_name_code_and_last_lines() -> None:
    """A death is told by name, exit code and what the child wrote last, on stdout and on stderr."""
    dying = python("worker", "import sys; print('out'); sys.stdout.flush(); sys.exit('no such topic')")

    with supervised(python("exporter", SLEEP), dying) as supervisor, pytest.raises(ChildDiedError) as caught:
        supervisor.wait_for(never, lambda: "never", seconds=10)

    assert ("worker", 1, ("out", "no such topic")) == (caught.value.name, caught.value.code, caught.value.lines)
    assert str(caught.value) == (
        "the worker ended with exit code 1, so everything was stopped; it wrote last:\n  | out\n  | no such topic"
    )


def test_a_child_that_is_killed_is_told_with_its_signal() -> None:
    """A child that something kills is a death like any other."""
    with supervised(python("worker", SLEEP)) as supervisor:
        os.kill(supervisor.pid("worker"), signal.SIGKILL)
        with pytest.raises(ChildDiedError, match="the worker was killed by SIGKILL"):
            supervisor.wait_for(never, lambda: "never", seconds=10)


def test_exit_code_0_is_a_death_as_well_unless_the_child_may_end() -> None:
    """A server that ends is missed even when it says all is well; a producer that has sent all is not."""
    with supervised(python("worker", "")) as supervisor, pytest.raises(ChildDiedError, match="ended with exit code 0"):
        supervisor.wait_for(never, lambda: "never", seconds=10)

    with supervised(python("producer", "", ends=True)) as supervisor:
        supervisor.wait_for(lambda: supervisor.ended("producer"), lambda: "the producer", seconds=10)


def test_a_child_that_may_end_but_fails_is_a_death() -> None:
    """Only exit code 0 is a good end."""
    failing = python("producer", "raise SystemExit(3)", ends=True)

    with supervised(failing) as supervisor, pytest.raises(ChildDiedError, match="exit code 3"):
        supervisor.wait_for(lambda: supervisor.ended("producer"), lambda: "the producer", seconds=10)


def test_only_the_last_lines_are_kept_and_long_ones_are_cut() -> None:
    """What a child says takes bounded memory, whatever it writes."""
    chatty = python(
        "worker", f"print('x' * 1_000_000)\nfor i in range(10_000): print(i)\nprint('done', flush=True)\n{SLEEP}"
    )

    with supervised(chatty) as supervisor:
        said(supervisor, "worker", "done")
        lines = supervisor.last_lines("worker")

    assert KEPT_LINES == len(lines)
    assert ("9999", "done") == lines[-2:]


def test_the_message_of_a_death_shows_no_more_than_the_last_lines() -> None:
    """A death stays readable."""
    error = ChildDiedError("worker", -9, tuple(str(number) for number in range(100)))

    assert SHOWN_LINES == str(error).count("\n  | ")
    assert str(error).endswith("| 99")


def test_a_wait_that_takes_too_long_says_what_was_awaited() -> None:
    """The reason of a time-out is the caller's sentence, made when it is needed."""
    with supervised() as supervisor, pytest.raises(TooSlowError, match="2 of 3 read"):
        supervisor.wait_for(never, lambda: "2 of 3 read", seconds=0.1)


def test_readiness_is_the_childs_own_answer() -> None:
    """A child says why it is not ready; one that can not be asked is as soon as it runs."""
    answers = iter(("rebuilding", None))
    asked = Child("worker", (sys.executable, "-c", SLEEP), {}, not_ready=lambda: next(answers))

    with supervised(asked, python("producer", SLEEP)) as supervisor:
        assert "rebuilding" == supervisor.not_ready("worker")
        assert supervisor.not_ready("worker") is None
        assert supervisor.not_ready("producer") is None


@both_ties
def test_stop_is_quick_when_all_obey(*, kernel_ties: bool) -> None:
    """SIGTERM is enough for whoever listens, and nobody is waited for longer than it takes."""
    with supervised(python("a", SLEEP), python("b", SLEEP, last=True), kernel_ties=kernel_ties) as supervisor:
        pids = [supervisor.pid("a"), supervisor.pid("b")]
        began = time.monotonic()
        stubborn = supervisor.stop()
        took = time.monotonic() - began

    assert () == stubborn
    assert took < 2
    assert [False, False] == [alive(pid) for pid in pids]


def test_a_child_that_ignores_sigterm_is_killed_within_the_budget() -> None:
    """Who does not listen is killed, named, and does not take the time of the others."""
    with supervised(python("worker", STUBBORN), python("exporter", SLEEP)) as supervisor:
        said(supervisor, "worker", "deaf")
        pid = supervisor.pid("worker")
        began = time.monotonic()
        stubborn = supervisor.stop(seconds=1.0)
        took = time.monotonic() - began

    assert ("worker",) == stubborn
    assert took < 2
    assert not alive(pid)


def test_what_is_needed_to_end_well_ends_last(tmp_path: Path) -> None:
    """The broker is still there while the others say good-bye."""
    order = tmp_path / "order"
    leaving = (
        "import signal, sys, time\n"
        "def leave(*_):\n"
        "    time.sleep({pause})\n"
        f"    open({str(order)!r}, 'a').write('{{name}} ')\n"
        "    sys.exit()\n"
        "signal.signal(signal.SIGTERM, leave)\n"
        "print('here', flush=True)\n"
        f"{SLEEP}"
    )
    broker = python("broker", leaving.format(pause=0, name="broker"), last=True)
    worker = python("worker", leaving.format(pause=0.3, name="worker"))

    with supervised(broker, worker) as supervisor:
        said(supervisor, "broker", "here")
        said(supervisor, "worker", "here")

    assert "worker broker " == order.read_text()


def test_what_a_child_has_started_ends_with_it() -> None:
    """A grandchild is in its parent's group and is ended with it, also when the parent is gone already."""
    nested = (
        "import subprocess, sys\n"
        f"print(subprocess.Popen([sys.executable, '-c', {STUBBORN!r}]).pid, flush=True)\n"
        f"{SLEEP}"
    )
    with supervised(python("worker", nested)) as supervisor:
        eventually(lambda: {"deaf"} < set(supervisor.last_lines("worker")), "the grandchild")
        grandchild = int(next(line for line in supervisor.last_lines("worker") if line.isdecimal()))
        assert alive(grandchild)

    eventually(lambda: not alive(grandchild), "the grandchild to end")


@both_ties
def test_nothing_is_left_when_the_parent_is_killed(*, kernel_ties: bool) -> None:
    """SIGKILL leaves the supervisor no time; its children end all the same, stubborn ones too."""
    parent = (
        "import sys, time\n"
        "from paysignal.local.children import Child\n"
        "from paysignal.local.supervisor import Supervisor\n"
        f"with Supervisor(kernel_ties={kernel_ties}) as supervisor:\n"
        f"    for name, code in {{'a': {SLEEP!r}, 'b': {STUBBORN!r}}}.items():\n"
        "        supervisor.start(Child(name, (sys.executable, '-I', '-S', '-c', code), {}))\n"
        "    while 'deaf' not in supervisor.last_lines('b'): time.sleep(0.01)\n"
        "    print(supervisor.pid('a'), supervisor.pid('b'), flush=True)\n"
        "    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        pids = [int(word) for word in process.stdout.readline().split()]
        assert [True, True] == [alive(pid) for pid in pids]
        process.kill()

    eventually(lambda: not any(alive(pid) for pid in pids), "the orphans to end", seconds=5)


@both_ties
def test_a_command_that_can_not_be_started_is_a_death_that_names_it(*, kernel_ties: bool) -> None:
    """The leash tells what the system said about the command."""
    missing = Child("broker", ("/nowhere/broker",), {})

    with (
        supervised(missing, kernel_ties=kernel_ties) as supervisor,
        pytest.raises(ChildDiedError, match="/nowhere/broker: No such file"),
    ):
        supervisor.wait_for(never, lambda: "never", seconds=10)


@pytest.mark.parametrize(
    ("code", "words"), [(0, "ended with exit code 0"), (-15, "was killed by SIGTERM"), (-99, "was killed by signal 99")]
)
def test_an_exit_code_in_words(code: int, words: str) -> None:
    """Signals have names where the system has one for them."""
    assert words == how_ended(code)
