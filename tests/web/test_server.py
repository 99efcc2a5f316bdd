"""The HTTP side over a real socket, with a view held in memory."""

import asyncio
import re
from collections.abc import AsyncIterator
from hashlib import sha256
from importlib import resources
from typing import Any

import aiohttp
import orjson
import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from streams.kpis.catalogue import FAMILIES
from streams.units import HOUR, MINUTE
from streams.web.query import MOST
from streams.web.server import ASKING, FILES, HEADERS, make_app, serve
from streams.web.stream import Limits
from tests.make import opened, said
from tests.web.desk import NOW, Desk, furnished, standing

SHOWN = ("icon.svg", "page.css", "page.js", "uplot.css", "uplot.js")
"""What the page names; the modules name each other."""
LIMITS = Limits(clients=2, pending=3, pause=0.02, heartbeat=0.05)


class Site:
    """A server with a client for it."""

    def __init__(self, desk: Desk, session: aiohttp.ClientSession, base: str) -> None:
        self.desk, self.session, self.base = desk, session, base

    def get(self, path: str, **options: Any) -> Any:
        return self.session.get(self.base + path, **options)

    async def json(self, path: str, status: int = 200) -> Any:
        async with self.get(path) as response:
            assert response.status == status, await response.text()
            assert response.content_type == "application/json"
            return orjson.loads(await response.read())


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    desk = furnished()
    runner, port = await serve(make_app(desk, LIMITS), "127.0.0.1", 0)
    async with aiohttp.ClientSession() as session:
        yield Site(desk, session, f"http://127.0.0.1:{port}")
    await runner.cleanup()
    assert desk.listeners == []


async def messages(response: aiohttp.ClientResponse) -> AsyncIterator[tuple[str, Any]]:
    """The events of a stream as (name, data); comments have the name `:`."""
    name, data = "", ""
    async for raw in response.content:
        line = raw.decode().rstrip("\n")
        if line.startswith(":"):
            yield ":", line[1:].strip()
        elif line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            data = line.removeprefix("data: ")
        elif not line and name:
            yield name, orjson.loads(data)
            name = ""


async def next_of(response: aiohttp.ClientResponse, name: str) -> Any:
    async with asyncio.timeout(10):
        async for found, data in messages(response):
            if found == name:
                return data
    raise AssertionError(f"the stream ended without {name!r}")


async def test_metrics_are_plain_text_for_whoever_does_not_ask_for_openmetrics(site: Site) -> None:
    async with site.get("/metrics") as response:
        assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        text = await response.text()
    assert 'crm_csat_ratio{channel="email",scope="channel",window="1h"} 0.82' in text


async def test_metrics_are_openmetrics_for_whoever_asks(site: Site) -> None:
    accept = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"
    async with site.get("/metrics", headers={"Accept": accept}) as response:
        assert response.headers["Content-Type"].startswith("application/openmetrics-text; version=1.0.0")
        families = {family.name for family in text_string_to_metric_families(await response.text())}  # type: ignore[no-untyped-call]
    assert {"crm_csat_ratio", "crm_events_applied", "crm_flush_seconds"} <= families


async def test_health_follows_the_worker(site: Site) -> None:
    assert await site.json("/healthz") == {"alive": True}
    site.desk.well = False
    assert await site.json("/healthz", 503) == {"alive": False}


async def test_readiness_tells_why_not(site: Site) -> None:
    assert (await site.json("/readyz"))["ready"] is True
    site.desk.why = ["no partition is held yet"]
    told = await site.json("/readyz", 503)
    assert (told["ready"], told["why"]) == (False, ["no partition is held yet"])


async def test_positions(site: Site) -> None:
    assert await site.json("/api/positions") == site.desk.positions()


async def test_the_catalogue_has_every_kpi_with_its_definition(site: Site) -> None:
    told = await site.json("/api/kpis")
    assert [one["name"] for one in told] == list(site.desk.kpis)
    by_name = {one["name"]: one for one in told}
    first = by_name["first_response_time"]
    assert first == {
        "name": "first_response_time",
        "group": "requests",
        "headline": 0,
        "title": "Time to first response",
        "means": site.desk.kpis["first_response_time"].means,
        "unit": "seconds",
        "stat": "p90",
        "by": ["channel", "department", "priority", "agent"],
        "scopes": ["all", "channel", "department", "priority", "agent"],
        "windows": ["1h", "1d", "1w", "1mo"],
        "target": {"at_most": 14_400},
        "definition": site.desk.kpis["first_response_time"].definition,
        "form": "duration",
        "source": {"fact": "first_response", "edition": 1, "measure": "waited", "aggregate": "distribution"},
        "maturity": 0.0,
    }
    assert by_name["order_entry_accuracy"]["maturity"] == 30 * 86_400
    assert by_name["resolution_method"]["scopes"] == ["method"]
    assert list(dict.fromkeys(one["group"] for one in told)) == list(FAMILIES)


async def test_values_are_the_records_as_published(site: Site) -> None:
    told = await site.json(f"/api/values?limit={MOST}")
    expected = {key: orjson.loads(value) for key, value in site.desk.records.items()}
    assert len(told) == len(expected)
    as_published = [{name: value for name, value in record.items() if name != "shrunk"} for record in told]
    assert all(record in expected.values() for record in as_published)


async def test_values_come_newest_window_first_and_then_as_the_catalogue_has_them(site: Site) -> None:
    told = await site.json(f"/api/values?limit={MOST}&window=1h")
    starts = [record["window"]["start"] for record in told]
    assert starts == sorted(starts, reverse=True)
    assert len(set(starts)) == 2
    newest = [record["kpi"] for record in told if record["window"]["start"] == starts[0]]
    assert list(dict.fromkeys(newest)) == [name for name, kpi in site.desk.kpis.items() if "1h" in kpi.windows]


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("kpi=csat", lambda r: r["kpi"] == "csat"),
        ("kpi=csat&kpi=requests&scope=all", lambda r: r["kpi"] in ("csat", "requests") and r["scope"] == "all"),
        ("scope=channel&window=1d", lambda r: r["scope"] == "channel" and r["window"]["size"] == "1d"),
        ("label=channel=email", lambda r: r["labels"] == {"channel": "email"}),
        (
            "label=channel=email&label=region=phone",
            lambda r: r["labels"] in ({"channel": "email"}, {"region": "phone"}),
        ),
    ],
)
async def test_values_are_filtered(site: Site, query: str, holds: Any) -> None:
    told = await site.json(f"/api/values?limit={MOST}&{query}")
    everything = [orjson.loads(value) for value in site.desk.records.values()]
    assert 0 < len(told) == sum(map(holds, everything)) < len(everything)
    assert all(map(holds, told))


async def test_until_ends_with_an_earlier_window(site: Site) -> None:
    asked = "/api/values?kpi=csat&scope=all&window=1h&until="
    starts = [one["window"]["start"] for one in await site.json(f"{asked}2026-03-01T11:00:01Z")]
    assert starts == ["2026-03-01T11:00:00Z", "2026-03-01T10:00:00Z"]
    assert [one["window"]["start"] for one in await site.json(f"{asked}2026-03-01T11:00:00Z&newest=1")] == starts[1:]
    assert await site.json(f"{asked}2026-03-01T11:00:00%2B01:00") == []


async def test_what_is_open_is_told_as_the_worker_knows_it(site: Site) -> None:
    site.desk.standing = standing(waiting=4, at_risk=1, overdue=2, oldest=90.5)
    assert await site.json("/api/open") == site.desk.standing


async def test_newest_bounds_each_series_and_limit_the_whole(site: Site) -> None:
    told = await site.json("/api/values?kpi=csat&scope=all&window=1h&newest=1")
    assert [record["window"]["start"] for record in told] == ["2026-03-01T11:00:00Z"]
    everything = [orjson.loads(value) for value in site.desk.records.values()]
    async with site.get("/api/values?scope=all&limit=5") as response:
        assert len(orjson.loads(await response.read())) == 5
        assert int(response.headers["X-Total-Count"]) == sum(record["scope"] == "all" for record in everything) > 5


async def test_an_empty_answer_is_a_list(site: Site) -> None:
    assert await site.json("/api/values?label=channel=fax") == []


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("kpi=nps", ["kpi=nps: there is none; use one of order_entry_time, "]),
        ("scope=planet", ["scope=planet: there is none; use one of all, channel, region, agent"]),
        ("window=2h", ["window=2h: there is none; use one of 1h, 1d, 1w, 1mo, 1q"]),
        ("label=email", ["label=email: write DIMENSION=VALUE, as in channel=email"]),
        ("label=planet=earth", ["label=planet=earth: write DIMENSION=VALUE"]),
        ("limit=0", ["limit=0: write one whole number from 1 to 5000"]),
        ("limit=5001", ["limit=5001: write"]),
        ("limit=1&limit=2", ["limit=1,2: write one"]),
        ("limit=%D9%A3", ["limit=٣: write"]),
        ("newest=-1", ["newest=-1: write"]),
        ("until=yesterday", ["until=yesterday: write one time with an offset"]),
        ("until=2026-03-01T11:00:00", ["until=2026-03-01T11:00:00: write one time with an offset"]),
        ("kpis=csat", ["kpis: no such parameter; use kpi, scope, window, label, newest, limit, until"]),
        ("kpi=nps&window=2h", ["kpi=nps: ", "window=2h: "]),
        ("kpi=" + "x" * 3_000, ["kpi=" + "x" * 40 + "…: there is none"]),
    ],
)
async def test_a_bad_query_is_told_what_would_be_right(site: Site, query: str, words: list[str]) -> None:
    told = await site.json(f"/api/values?{query}", 400)
    assert len(told["errors"]) == len(words)
    assert all(error.startswith(start) for error, start in zip(told["errors"], words, strict=True)), told


async def test_a_stream_knows_no_limit(site: Site) -> None:
    told = await site.json("/api/events?limit=3", 400)
    assert told == {"errors": ["limit: no such parameter; use kpi, scope, window, label"]}


async def test_records_are_streamed_as_they_arrive(site: Site) -> None:
    async with site.get("/api/events") as response:
        assert response.content_type == "text/event-stream"
        record = site.desk.publish("csat", [True, False])
        assert await next_of(response, "values") == [orjson.loads(record)]
    told = await site.json("/api/values?kpi=csat&scope=all&window=1h&newest=1")
    assert told == [orjson.loads(record)]


async def test_a_stream_is_filtered(site: Site) -> None:
    async with site.get("/api/events?kpi=csat&window=1h&scope=all") as response:
        site.desk.publish("requests", [1])
        site.desk.publish("csat", [True], size="1d")
        site.desk.publish("csat", [True], scope="channel=email")
        record = site.desk.publish("csat", [False])
        assert await next_of(response, "values") == [orjson.loads(record)]


async def test_updates_of_a_window_between_two_messages_become_one(site: Site) -> None:
    async with site.get("/api/events") as response:
        for _ in range(50):
            csat, other = site.desk.publish("csat", [True]), site.desk.publish("requests", [1, 1])
        assert await next_of(response, "values") == [orjson.loads(csat), orjson.loads(other)]


async def test_windows_that_became_empty_are_told_and_leave_the_values(site: Site) -> None:
    async with site.get("/api/events") as response:
        key = site.desk.publish("csat", [])
        assert await next_of(response, "gone") == [orjson.loads(key)]
    told = await site.json("/api/values?kpi=csat&scope=all&window=1h")
    assert [record["window"]["start"] for record in told] == ["2026-03-01T10:00:00Z"]


async def test_what_is_no_record_of_ours_is_left_out() -> None:
    desk = Desk()
    desk.records[b"x"] = b'{"kpi": "csat"}'
    record = desk.publish("csat", [True])
    runner, port = await serve(make_app(desk, LIMITS), "127.0.0.1", 0)
    for key in (
        b"",
        b"x",
        b'{"kpi":"csat","scope":"all","labels":{},"window":{"size":"1h","start":"2026-03-01T11:00:00"}}',
    ):
        for listener in desk.listeners:
            listener(key, b"{}")
    async with aiohttp.ClientSession() as session:
        site = Site(desk, session, f"http://127.0.0.1:{port}")
        assert await site.json("/api/values") == [orjson.loads(record)]
    await runner.cleanup()


async def test_a_slow_reader_loses_the_oldest_and_is_told(site: Site) -> None:
    async with site.get("/api/events?kpi=csat") as response:
        records = [site.desk.publish("csat", [True], at=NOW + n * HOUR) for n in range(5)]
        found = {}
        async with asyncio.timeout(10):
            async for name, data in messages(response):
                found[name] = data
                if name == "values":
                    break
    assert found["lost"] == 2
    assert found["values"] == [orjson.loads(record) for record in records[2:]]


async def test_a_silent_stream_beats(site: Site) -> None:
    async with site.get("/api/events") as response:
        assert await next_of(response, ":") == "nothing new"


async def test_streams_are_bounded_and_come_free_again(site: Site) -> None:
    async with site.get("/api/events"), site.get("/api/events") as second:
        async with site.get("/api/events") as third:
            assert third.status == 503
            assert third.headers["Retry-After"] == "10"
            assert "all 2 streams are taken" in (await third.json())["errors"][0]
        second.close()
        async with asyncio.timeout(10):
            while (await _status(site, "/api/events")) == 503:
                await asyncio.sleep(0.01)


async def _status(site: Site, path: str) -> int:
    async with site.get(path) as response:
        return int(response.status)


async def test_a_reader_that_does_not_read_is_put_out() -> None:
    desk = Desk()
    limits = Limits(clients=1, pending=5_000, pause=0.01, patience=0.1)
    runner, port = await serve(make_app(desk, limits), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1_024)
    writer.write(b"GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert await reader.readline() == b"HTTP/1.1 200 OK\r\n"
    async with aiohttp.ClientSession() as session, asyncio.timeout(60):
        site = Site(desk, session, f"http://127.0.0.1:{port}")
        while (await _status(site, "/api/events")) == 503:
            for hour in range(2_000):
                desk.publish("csat", [True], at=NOW + hour * HOUR)
            await asyncio.sleep(0.02)
    writer.transport.abort()
    await runner.cleanup()


async def test_streams_end_when_the_server_does() -> None:
    desk = furnished()
    runner, port = await serve(make_app(desk, LIMITS), "127.0.0.1", 0)
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/api/events") as response:
        await response.content.readline()
        ending = asyncio.ensure_future(runner.cleanup())
        async with asyncio.timeout(10):
            await response.content.read()  # comes to an end without an error: the last chunk was sent
        await ending
    assert desk.listeners == []


@pytest.mark.parametrize(
    "path", [*FILES, "/metrics", "/healthz", "/api/kpis", "/api/events", "/nowhere", "/api/values?x=1"]
)
async def test_every_answer_carries_the_security_headers(site: Site, path: str) -> None:
    async with site.get(path) as response:
        assert {name: response.headers.get(name) for name in HEADERS} == HEADERS
        assert response.headers["Cache-Control"] == ("no-cache" if path in FILES else "no-store")


@pytest.mark.parametrize("path", [*FILES, "/metrics", "/readyz", "/api/values", "/api/events"])
async def test_only_reading_is_allowed(site: Site, path: str) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        async with site.session.request(method, site.base + path) as response:
            assert response.status == 405


@pytest.mark.parametrize(
    "path", ["/static", "/static/", "/static/../server.py", "/static/%2e%2e/server.py", "/static/page"]
)
async def test_nothing_but_the_files_of_the_page_is_reachable(site: Site, path: str) -> None:
    async with site.get(path) as response:
        assert response.status == 404


async def test_the_page_holds_no_inline_code_and_names_only_its_own_files(site: Site) -> None:
    async with site.get("/") as response:
        assert response.headers["Content-Type"] == "text/html; charset=utf-8"
        html = await response.text()
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|https?://|<script(?![^>]*\ssrc=)", html)
    assert set(re.findall(r'(?:src|href)="(/static/[^"]+)"', html)) == {path for path in FILES if path.endswith(SHOWN)}


async def test_a_port_in_use_is_an_error_and_leaves_nothing_behind(site: Site) -> None:
    desk, port = Desk(), int(site.base.rpartition(":")[2])
    with pytest.raises(OSError, match="address already in use"):
        await serve(make_app(desk), "127.0.0.1", port)
    assert desk.listeners == []


async def test_the_cases_behind_a_value(site: Site) -> None:
    site.desk.absorb(opened(NOW, channel="email"), said(NOW + MINUTE), opened(NOW, customer_id="c2"))
    asked = "/api/explain?kpi=first_response_time&window=1h"
    answer = await site.json(asked)
    assert answer["window"]["start"] == "2026-03-01T11:00:00Z"
    assert [(story["id"], story["samples"][0]["value"]) for story in answer["stories"]] == [("t1", 60.0)]
    assert answer["incomplete"] == []
    assert (await site.json(asked + "&label=channel=phone"))["cases"] == 0
    assert (await site.json(asked + "&label=channel=email&start=2026-03-01T11:05:00Z&limit=1"))["cases"] == 1
    assert (await site.json(asked + "&start=2026-03-01T10:59:59Z"))["cases"] == 0


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("", ["kpi=: there is none; /api/kpis lists them"]),
        ("kpi=csat&window=2h", ["window=2h: csat has 1h, 1d, 1w, 1mo"]),
        ("kpi=csat&window=1h&limit=0&start=x", ["start=x: write", "limit=0: write"]),
        ("kpi=csat&window=1h&label=region=eu", ["label=region=eu: write"]),
        ("kpi=resolution_method&window=1h", ["resolution_method has no scope all"]),
        ("kpi=csat&kpi=csat&window=1h&far=1", ["far: no such parameter", "kpi: say it once"]),
        ("kpi=csat&window=1mo", ["csat has no value in a window of 1mo there"]),
    ],
)
async def test_a_question_that_cannot_be_answered(site: Site, query: str, told: list[str]) -> None:
    errors = (await site.json(f"/api/explain?{query}", 400))["errors"]
    assert [error.startswith(start) for error, start in zip(errors, told, strict=True)] == [True] * len(told)


async def test_few_may_ask_at_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = asyncio.Event()

    async def slow(*_: object) -> dict[str, Any]:
        await gate.wait()
        return {}

    monkeypatch.setattr(site.desk, "explain", slow)

    async def status() -> int:
        async with site.get("/api/explain?kpi=csat&window=1h") as response:
            return int(response.status)

    asking = [asyncio.ensure_future(status()) for _ in range(ASKING + 1)]
    first, rest = await asyncio.wait(asking, return_when=asyncio.FIRST_COMPLETED)
    assert [task.result() for task in first] == [503]
    gate.set()
    assert await asyncio.gather(*rest) == [200] * ASKING


def test_the_chart_library_is_what_was_published() -> None:
    """uPlot 1.6.32 from npm, as it is: dist/uPlot.iife.min.js and dist/uPlot.min.css."""
    static = resources.files("streams.web").joinpath("static")
    digests = {name: sha256(static.joinpath(name).read_bytes()).hexdigest() for name in ("uplot.js", "uplot.css")}
    assert digests == {
        "uplot.js": "19c8d4c6ad88929a79f4ae49d6f7161566dfd0ba3d15cc495e974f787eb78f1f",
        "uplot.css": "df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04",
    }
    assert "MIT" in static.joinpath("uplot.LICENSE").read_text(encoding="utf-8")


async def test_shares_of_persons_are_told_among_their_peers_too(site: Site) -> None:
    for agent, hits in (("ann", 18), ("bob", 6)):
        site.desk.publish("csat", [True] * hits + [False] * (20 - hits), at=NOW + HOUR, scope=f"agent={agent}")
    found = await site.json("/api/values?kpi=csat&label=agent=ann&window=1h&newest=1")
    assert [(one["value"], 0.6 < one["shrunk"] < 0.9) for one in found] == [(0.9, True)]
    others = await site.json("/api/values?kpi=csat&scope=channel&window=1h")
    assert [one for one in others if "shrunk" in one] == []
