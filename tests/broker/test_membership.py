"""A worker with a name of its own keeps its partitions over a restart, and the others do not notice."""

from pathlib import Path
from typing import Any

from streams.worker.process import WorkerProcess, variable
from tests.broker.fleet import Fleet, fleet, lines, total
from tests.broker.test_fleet import wait_for_halves
from tests.pipeline import simulated

EVENTS = 2_000
SESSION = 60
"""Seconds: much longer than a restart."""


def start(run: Fleet, number: int) -> WorkerProcess:
    run._extra[variable("worker", "instance")] = f"worker-{number}"
    run.start(number)
    return run.workers[-1]


def held(worker: WorkerProcess) -> Any:
    state = worker.get("/api/positions")
    return sorted(state["journal"]), sorted(state["partials"])


def test_a_restart_under_the_same_name_moves_nothing(kafka: str, tmp_path: Path) -> None:
    events = lines(simulated(tmp_path / "in.jsonl", EVENTS, "--seed", 4))
    with fleet(kafka, workers=0, session_seconds=SESSION, store="rocksdb") as run:
        run.folder = tmp_path
        one, other = start(run, 1), start(run, 2)
        wait_for_halves(run)
        before, rebalances = held(other), total(one, "rebalances")
        run.feed(events[: EVENTS // 2])
        run.kill(1)
        again = start(run, 2)
        assert held(again) == before
        assert total(one, "rebalances") == rebalances
        run.feed(events[EVENTS // 2 :])
        assert b"requests" in run.values()
        assert total(one, "rebalances") == rebalances
