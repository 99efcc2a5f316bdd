"""`streams top` against the HTTP side of a worker."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from streams.cli.top import bound, cells, health, spark
from streams.web.server import make_app, serve
from tests.pipeline import fails, streams
from tests.web.desk import NOW, furnished


@pytest.fixture
async def address() -> AsyncIterator[str]:
    desk = furnished()
    desk.publish("csat", [True] * 30 + [False] * 10, at=NOW)
    desk.publish("csat", [True] * 2, at=NOW, scope="channel=email")
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
