"""When a promise is due whose clock stands still, also by a stopwatch [R27, R41]."""

from random import Random

import pytest

from streams.cases.findings import Outcome
from streams.cases.pauses import Interval, due
from streams.cases.stopwatch import Regime, Stopwatch


@pytest.mark.parametrize(
    ("waits", "since", "expected"),
    [
        ([], None, (100, False)),
        ([(10, 40)], None, (130, False)),
        ([(100, 150)], None, (150, False)),
        ([(101, 150)], None, (100, False)),
        ([(10, 40), (120, 130), (141, 200)], None, (140, False)),
        ([], 60, (100, True)),
        ([(10, 40)], 130, (130, True)),
        ([(10, 40)], 131, (130, False)),
    ],
)
def test_waits_put_the_deadline_off(waits: list[Interval], since: int | None, expected: tuple[int, bool]) -> None:
    """[R41]"""
    assert due(0, 100, waits, since) == expected


@pytest.mark.parametrize("seed", range(200))
def test_a_stopwatch_says_the_same(seed: int) -> None:
    rng = Random(seed)
    marks = sorted(rng.sample(range(300), rng.randint(0, 7)))
    waits = list(zip(marks[::2], marks[1::2], strict=False))
    since = marks[-1] if len(marks) % 2 else None
    watch = Stopwatch(0, Regime(target=100, pausable=True))
    for begun, ended in waits:
        watch.wait(begun)
        watch.resume(ended)
    if since is not None:
        watch.wait(since)
    watch.settle(10_000)
    deadline, paused = due(0, 100, waits, since)
    assert (watch.outcome is Outcome.OPEN) == paused
    assert paused or watch.decided_at == deadline
