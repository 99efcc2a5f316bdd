"""Log lines for machines: an object each, with the place that they are about."""

import asyncio
import json
import logging
import time
from pathlib import Path

import pytest

from streams.exports.topics import topic_plan
from streams.worker.embedded import PARTITIONS, EmbeddedBroker
from streams.worker.log_format import JsonFormatter, at
from streams.worker.process import WorkerProcess, variable


def line(formatter: JsonFormatter, text: str = "held %s", *args: object, error: BaseException | None = None) -> dict:
    info = None if error is None else (type(error), error, error.__traceback__)
    record = logging.LogRecord("streams.x", logging.WARNING, "", 0, text, args, info)
    record.created = 1_772_360_400.5
    return json.loads(formatter.format(record))


def test_an_object_with_what_stands_in_each() -> None:
    told = line(JsonFormatter(application="streams", instance=None), "held %s", 'a\n"b"')
    assert told == {
        "time": "2026-03-01T10:20:00.500Z",
        "level": "warning",
        "logger": "streams.x",
        "message": 'held a\n"b"',
        "application": "streams",
    }


def test_lines_tell_the_offsets_that_they_are_about() -> None:
    formatter = JsonFormatter()
    with at(stage="measure", topic="journal", partition=2, offset=17, next_offset=90):
        with at(offset=20):
            assert line(formatter)["offset"] == 20
        told = line(formatter)
        assert {name: told[name] for name in ("stage", "topic", "partition", "offset", "next_offset")} == {
            "stage": "measure",
            "topic": "journal",
            "partition": 2,
            "offset": 17,
            "next_offset": 90,
        }
    assert "offset" not in line(formatter)


async def test_one_task_does_not_speak_of_the_place_of_another() -> None:
    formatter = JsonFormatter()

    async def tell(partition: int) -> int:
        with at(partition=partition):
            await asyncio.sleep(0)
            return int(line(formatter)["partition"])

    assert await asyncio.gather(tell(1), tell(2), tell(3)) == [1, 2, 3]


def test_a_traceback_is_kept() -> None:
    with pytest.raises(ValueError, match="why") as caught:
        raise ValueError("why")
    assert "ValueError: why" in line(JsonFormatter(), error=caught.value)["traceback"]


def test_a_worker_logs_objects_with_the_offsets_of_its_flushes(tmp_path: Path) -> None:
    with EmbeddedBroker() as broker:
        broker.ensure_topics(spec.name for spec in topic_plan(PARTITIONS))
        settings = {
            variable("broker", "bootstrap"): broker.bootstrap,
            variable("broker", "partitions"): str(PARTITIONS),
            variable("broker", "check_topics"): "false",
            variable("worker", "data"): str(tmp_path),
            variable("worker", "store"): "memory",
            variable("log", "format"): "json",
            variable("log", "level"): "debug",
        }
        with WorkerProcess(settings, tmp_path / "log") as worker:
            worker.wait_ready()
            while not any("next_offset" in told for told in _told(tmp_path / "log")):
                worker.check()
                time.sleep(0.1)
    (flush, *_) = [told for told in _told(tmp_path / "log") if told["message"].startswith("flushed")]
    assert (flush["stage"], flush["topic"], flush["application"]) == ("measure", "journal", "streams")
    assert flush["next_offset"] > flush["offset"] >= 0


def _told(log: Path) -> list[dict]:
    """Every line, which has to be an object; the last may be under way."""
    return [json.loads(text) for text in log.read_text(encoding="utf-8").split("\n")[:-1] if text]
