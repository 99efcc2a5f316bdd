"""The guard notices a loop that does not turn, and one that does it leaves alone."""

import queue
import time

import pytest

from streams.worker.guard import Guard


def test_a_blocked_loop_is_told() -> None:
    told: queue.Queue[float] = queue.Queue()
    began = time.monotonic()
    guard = Guard(lambda: began, 0.4, told.put)
    guard.start()
    assert told.get(timeout=30) > 0.4
    guard.stop()


def test_a_loop_that_turns_is_left_alone() -> None:
    told: queue.Queue[float] = queue.Queue()
    guard = Guard(time.monotonic, 0.05, told.put)
    guard.start()
    with pytest.raises(queue.Empty):
        told.get(timeout=0.5)
    guard.stop()
