"""`streams top` against the HTTP side of a worker."""

import asyncio
from collections.abc import AsyncIterator

import orjson
import pytest

from streams.cli.top import bound, cells, health, spark
from streams.web.server import make_app, serve
from tests.pipeline import fails, streams
from tests.web.desk import NOW, furnished

TEAM = {"ann": (47, 50), "bob": (35, 50), "eve": (3, 3)}


@pytest.fixture
async def address() -> AsyncIterator[str]:
    desk = furnished()
    desk.publish("csat", [True] * 30 + [False] * 10, at=NOW)
    desk.publish("csat", [True] * 2, at=NOW, scope="channel=email")
    for agent, (hits, of) in TEAM.items():
        desk.publish("csat", [True] * hits + [False] * (of - hits), at=NOW, scope=f"agent={agent}")
    closed = orjson.loads(desk.publish("closed_by_agent", [1] * 4, at=NOW, scope="agent=ann"))
    csat = {"kpi": "csat", "value": 0.94, "numerator": 47, "denominator": 50, "low_sample": False}
    none = {"kpi": "reopen_rate", "value": None, "numerator": None, "denominator": None, "low_sample": True}
    desk.hold({**closed, "beside": [csat, none]})
    desk.why = ["partials/3 is not read to its end yet"]
    runner, port = await serve(make_app(desk), "127.0.0.1", 0)
    yield f"http://127.0.0.1:{port}"
    await runner.cleanup()


async def test_once_prints_the_headline_and_how_the_worker_is(address: str) -> None:
    result = await asyncio.to_thread(streams, "top", "--once", "--worker", address)
    assert result.exit_code == 0, result.output
    said = result.stdout
    assert "Customer satisfaction" in said
    assert "75.0 %" in said
    assert "not ready: partials/3 is not read to its end yet" in said


async def test_a_scope(address: str) -> None:
    result = await asyncio.to_thread(streams, "top", "--once", "--worker", address, "--label", "channel=email")
    assert "100.0 %" in result.stdout


async def test_of_a_person_what_is_closed_stands_with_satisfaction_and_reopens(address: str) -> None:
    result = await asyncio.to_thread(streams, "top", "--once", "--worker", address, "--label", "agent=ann")
    closed = next(line for line in result.stdout.splitlines() if "Requests closed" in line)
    assert "4 count (csat 94.0 % (91.8 % drawn to all) of 50," in closed
    assert "reopen_rate -)" in result.stdout
    satisfied = next(line for line in result.stdout.splitlines() if "Customer satisfaction" in line)
    assert "94.0 % (91.8 % drawn to all)" in satisfied


def test_a_worker_that_is_away_is_told() -> None:
    assert "does not answer" in fails(1, "top", "--once", "--worker", "http://127.0.0.1:9")


def test_a_row_without_a_value_and_one_with() -> None:
    kpi = {"title": "Satisfaction", "unit": "ratio", "target": {"at_least": 0.8}}
    assert [text for text, _ in cells(kpi, [])][:3] == ["Satisfaction", "no value yet", "≥ 80.0 %"]
    record = {"value": 0.5, "met": False, "interval": None, "stats": None, "denominator": 2, "low_sample": True}
    row = [text for text, _ in cells(kpi, [record, {**record, "value": 0.25}])]
    assert row == ["Satisfaction", "50.0 %", "≥ 80.0 %", "✗ missed", "25.0 %", "▁█", "", "2*"]


def test_words() -> None:
    assert bound({"target": None}) == ""
    assert spark([None, 1.0, 2.0]) == " ▁█"
    assert health({"ready": True, "counts": {"dead_letters": 4}}) == "This worker is ready. 4 dead letters"
