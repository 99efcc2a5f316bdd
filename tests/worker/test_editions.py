"""Editions of policies that come while workers run give the bytes that `compute` gives with them as files."""

from contextlib import ExitStack
from pathlib import Path
from typing import Any, cast
from urllib.request import urlopen

import orjson
import pytest

from streams.engine.partition import Partition
from streams.events.journal import Amendment, Entry
from streams.events.lines import Line, parse
from streams.exports.finals import place_of
from streams.exports.policies import read, record
from streams.sla.history import Edition
from streams.sla.loader import PolicyError, load
from streams.units import DAY
from streams.worker import slices
from streams.worker.editions import Editions
from streams.worker.measure import Held, Measure
from streams.worker.replay import Plan, _Run
from streams.worker.settings import load as settings
from streams.worker.stats import Stats
from streams.worker.stores import MemoryRows
from tests.amending import STRICT, await_editions, configuration, publish, spoil
from tests.histories import history
from tests.make import opened
from tests.pipeline import fails, outcome, streams, write
from tests.policies import LOOSE

NOT_AFTER = 1_780_272_000_000
CLOCK = ("--clock", "2026-06-01T00:00:00Z")
EDITIONS = ((STRICT, "2020-12-28T00:00:00Z"), (LOOSE, "2021-01-07T00:00:00Z"))


def lines(file: Path) -> list[Line]:
    parsed = (parse(line) for line in file.read_bytes().splitlines())
    return [line for line in parsed if isinstance(line, Line)]


def test_policies_that_change_under_a_running_worker(tmp_path: Path) -> None:
    file = write(tmp_path / "events.jsonl", history(5, customers=25))
    config = settings(None, {"worker": {"clock": "replay"}})
    with ExitStack() as stack:
        run = _Run(stack, Plan(config, "embedded", 4, 1, None, NOT_AFTER + config.max_future))
        where = ("--broker", run.bootstrap, "--prefix", run.prefix)
        every = lines(file)
        publish(run, tmp_path, *EDITIONS[1])
        run.feed(every[: len(every) // 2])
        publish(run, tmp_path, *EDITIONS[0])
        spoil(run)
        run.feed(every[len(every) // 2 :])
        await_editions(run, 2)
        got = sorted(run.finish().records, key=place_of)
        assert _gauge(run.workers[0].address) == {"taken": 2, "refused": 1}

        listed = streams("sla", "editions", "--out", tmp_path / "out", *where)
        assert [line.split()[-1] for line in listed.stdout.splitlines()] == ["rest", "loose"]
        assert "policies[0].name" in listed.stderr
        again = streams("sla", "publish", tmp_path / "edition.toml", "--since", EDITIONS[0][1], "--restate", *where)
        assert "was there already" in again.output
        other = tmp_path / "other.toml"
        other.write_text(LOOSE, encoding="utf-8")
        told = fails(1, "sla", "publish", other, "--since", EDITIONS[0][1], "--restate", *where)
        assert "another edition" in told
    computed = outcome("compute", file, *CLOCK, "--config", configuration(tmp_path, EDITIONS))
    assert b"".join(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE) for record in got) == computed.values
    assert outcome("compute", file, *CLOCK, "--config", tmp_path / "out" / "editions.toml") == computed
    assert computed.values != outcome("compute", file, *CLOCK).values


def _gauge(address: str) -> dict[str, float]:
    with urlopen(f"{address}/metrics", timeout=10) as answer:
        told = [line for line in answer.read().decode().splitlines() if line.startswith("crm_sla_editions{")]
    return {line.split('"')[1]: float(line.split()[-1]) for line in told}


def test_nothing_with_a_fault_and_nothing_past_is_published(tmp_path: Path) -> None:
    file = tmp_path / "policies.toml"
    file.write_text('[[policies]]\nname = "a"\nfirst_response = { target = "4 hours" }\ncalendar = "no"\n', "utf-8")
    told = fails(1, "sla", "publish", file)
    assert f"{file}:3: policies[0].first_response.target" in told
    assert f"{file}:4: policies[0].calendar" in told
    file.write_text(STRICT, "utf-8")
    assert "--restate" in fails(1, "sla", "publish", file, "--since", "2026-01-01T00:00:00Z")


def test_a_record_says_its_edition_and_a_broken_one_what_is_wrong() -> None:
    edition = Edition(DAY, load(STRICT))
    key, value, _ = record(edition, STRICT)
    assert key.decode() == f"1970-01-02T00:00:00Z/{edition.book.version}"
    found, text = read(value)
    assert (found.place, text) == (edition.place, STRICT)
    for broken in (b"x", b"{}", b'{"since": "2026-01-01T00:00:00", "policies": ""}', b'{"since": 1, "policies": ""}'):
        with pytest.raises(PolicyError, match="sla-policies:1: the record"):
            read(broken)


def test_what_is_refused_leaves_the_others_in_force_and_may_be_mended(caplog: pytest.LogCaptureFixture) -> None:
    editions, edition = Editions(), Edition(DAY, load(STRICT))
    key, value, _ = record(edition, STRICT)
    editions.take(key, value)
    editions.take(b"k", orjson.dumps({"since": "2026-01-01T00:00:00Z", "policies": "[[policies]]\nname = 1\nx = 2\n"}))
    assert list(editions.good) == [edition.place]
    assert "policies[0].name" in editions.refused[b"k"]
    assert "policies[0].x" in caplog.text
    editions.take(b"k", None)
    editions.take(key, None)
    assert (list(editions.good), editions.refused) == ([edition.place], {})


async def test_a_partition_that_is_to_leave_waits_for_no_edition(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its next owner takes the edition from the journal anew."""
    monkeypatch.setattr(slices, "SLICE_SECONDS", 0)
    terms = settings(None).terms
    engine = Partition(terms.catalogue(), terms.pane(), MemoryRows(), conventions=terms.told)
    engine.absorb([(0, Entry(opened(DAY))), (1, Amendment(DAY, STRICT))])
    measure, held = Measure(settings(None), terms.catalogue(), None, cast(Any, None), Stats()), Held(engine)
    measure._leaving = True
    assert not await measure._reconsider(held)
    measure._leaving = False
    assert await measure._reconsider(held)
    assert measure.told == 2
    assert engine.deadlines.earliest is not None
