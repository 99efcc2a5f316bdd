"""A stage that stands still is restarted once, and then given up, on a real Kafka."""

from pathlib import Path
from typing import Any

from streams.worker.health import StuckError
from tests.worker.test_health import Running, running

STALL = 3.0


async def test_what_is_not_acked_is_restarted_once_and_then_given_up(kafka: str, cluster: Any, tmp_path: Path) -> None:
    topic = cluster.create("raw", 4)
    async with running(Running(kafka, topic, tmp_path, stall_seconds=STALL)) as worker:
        await worker.watch_until(lambda: not list(worker.health.reasons()))
        assert worker.health.alive()
        worker.acks = False
        worker.produce()
        await worker.watch_until(lambda: worker.assignments == 2)
        assert worker.health.watchdog.restarts == 1
        assert worker.ends == []
        await worker.watch_until(lambda: worker.ends)
        assert isinstance(worker.ends[0], StuckError)
        assert f"{topic}/0" in str(worker.ends[0])
        assert f"{topic}/1" not in str(worker.ends[0])
