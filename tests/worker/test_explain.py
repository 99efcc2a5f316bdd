"""The cases behind a value, of the partitions that are held."""

import asyncio
from pathlib import Path

import pytest

from streams.engine.stories import Question
from streams.engine.terms import Terms
from streams.engine.whole import Whole
from streams.events.journal import Entry
from streams.kpis.requests import first_response_time
from streams.units import DAY, MINUTE
from streams.windows.sizes import Window
from streams.worker import explain
from streams.worker.explain import Explainer
from streams.worker.stores import MemoryRows, RocksRows, Rows
from tests.make import opened, said

TERMS = Terms(windows=("1d",))
QUESTION = Question(first_response_time, "all", Window("1d", 0, DAY))


def filled(rows: Rows, customers: range) -> Rows:
    """The rows of a partition after a flush."""
    whole = Whole(TERMS)
    for n in customers:
        whole.absorb([Entry(opened(0, customer_id=f"c{n}")), Entry(said(n * MINUTE, customer_id=f"c{n}"))])
    list(whole.values())
    rows.apply(whole.partition.flush().cases, 1)
    return rows


async def test_what_all_held_partitions_have_and_who_has_the_rest(tmp_path: Path) -> None:
    shelf = {0: filled(MemoryRows(), range(300)), 2: filled(RocksRows(tmp_path / "rows"), range(300, 400))}
    answer = await Explainer(TERMS, 4, shelf.keys, shelf.__getitem__).explain(QUESTION, 2)
    assert (answer["cases"], answer["partitions"]) == (400, [0, 2])
    assert [story["customer"] for story in answer["stories"]] == ["c399", "c398"]
    assert answer["incomplete"] == ["2 of 4 journal partitions are held by other workers"]
    whole = await Explainer(TERMS, 2, shelf.keys, shelf.__getitem__).explain(QUESTION, 1)
    assert whole["incomplete"] == []
    shelf[2].close()


async def test_a_partition_that_goes_meanwhile_is_named_as_missing() -> None:
    answer = await Explainer(TERMS, 1, lambda: [0], {}.__getitem__).explain(QUESTION, 2)
    assert (answer["cases"], answer["partitions"]) == (0, [])
    assert answer["incomplete"] == ["1 of 1 journal partitions are held by other workers"]


async def test_other_work_goes_on_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explain, "SLICE_SECONDS", 0)
    shelf, turns = {0: filled(MemoryRows(), range(500))}, 0
    asking = asyncio.ensure_future(Explainer(TERMS, 1, shelf.keys, shelf.__getitem__).explain(QUESTION, 2))
    while not asking.done():
        turns += 1
        await asyncio.sleep(0)
    assert turns > 10


async def test_it_ends_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explain, "PATIENCE", 0)
    shelf = {0: filled(MemoryRows(), range(9))}
    answer = await Explainer(TERMS, 1, shelf.keys, shelf.__getitem__).explain(QUESTION, 2)
    assert answer["incomplete"] == ["looking took longer than 0 s: not all cases were looked at"]
