"""The live page on a real worker: numbers move by themselves, outlive a restart, and are those of the API."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from streams.cli.demo import PREFIX, _business, _environment
from streams.exports.topics import topic_plan
from streams.worker.embedded import PARTITIONS, EmbeddedBroker
from streams.worker.process import WorkerProcess
from tests.web.browser import CHROMIUM, Page, opened

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"needs {CHROMIUM}"),
]

LIVE = "document.querySelector('#connection')?.textContent"
REQUESTS = "Number(document.querySelector('.card[data-kpi=requests]')?.dataset.number ?? 0)"
SHOWN = "[...document.querySelectorAll('.card')].map((one) => [one.dataset.kpi, one.dataset.number])"
TOLD = "fetch('/api/values?window=1w&scope=all&newest=1&limit=5000').then((answer) => answer.json())"
OPEN = """fetch('/api/open').then((answer) => answer.json()).then((told) => [[told.at_risk, told.overdue],
    ['At risk', 'Overdue'].map((name) => document.querySelector(`[data-tile="${name}"] strong`)?.textContent)])"""
PATIENCE = 90


@pytest.fixture
def broker() -> Iterator[EmbeddedBroker]:
    with EmbeddedBroker() as broker:
        broker.ensure_topics(spec.name for spec in topic_plan(PARTITIONS, prefix=PREFIX))
        yield broker


async def until(page: Page, script: str, holds: Any) -> Any:
    """Wait until what a script says is as it has to be; what it said."""
    async with asyncio.timeout(PATIENCE):
        while not holds(said := await page.evaluate(script)):
            await asyncio.sleep(0.2)
    return said


async def test_a_worker_comes_back_and_the_page_with_it(broker: EmbeddedBroker, tmp_path: Path) -> None:
    settings = _environment(broker, tmp_path)
    async with opened(tmp_path / "profile") as page:
        with _business(broker, 100, 1), WorkerProcess(settings, tmp_path / "first.log") as worker:
            port = int(worker.address.rpartition(":")[2])
            await page.show(f"http://127.0.0.1:{port}/?window=1w&scope=all")
            await until(page, LIVE, lambda said: said == "Live")
            some = await until(page, REQUESTS, lambda number: number > 0)
            await page.evaluate("window.stays = 1")
            await until(page, REQUESTS, lambda number: number > some)
        await until(page, LIVE, lambda said: said == "Reconnecting")
        with WorkerProcess(settings, tmp_path / "second.log", port):
            await until(page, LIVE, lambda said: said == "Live")
            await until(page, f"{TOLD}.then((told) => [told, {SHOWN}])", same)
            await until(page, OPEN, lambda said: [f"{number:,}" for number in said[0]] == said[1])
            assert await page.evaluate("window.stays") == 1
    asked = [url for url in page.requests if not url.startswith("data:")]
    assert {url.split("/")[2] for url in asked} == {f"127.0.0.1:{port}"}
    assert [told for told in page.complaints if "ERR_CONNECTION_REFUSED" not in told and "/readyz" not in told] == []


def same(said: Any) -> bool:
    """Whether every card shows what the API tells, of a worker that is through with everything."""
    told, shown = said
    values = {record["kpi"]: record["value"] for record in told}
    cards = {name: json.loads(number) for name, number in shown if number}
    return len(cards) > 5 and all(values.get(name) == number for name, number in cards.items())
