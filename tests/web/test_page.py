"""The live page in a real browser: what it shows is what the API says."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import axe_core_python
import orjson
import pytest

from streams.engine.rollup import Key
from streams.kpis.reading import Beside, Reading
from streams.kpis.seasons import Usual
from streams.units import HOUR, MINUTE
from streams.web.server import make_app, serve
from streams.web.stream import Limits
from tests.make import opened as ticket
from tests.make import said
from tests.web.browser import CHROMIUM, Page, opened
from tests.web.desk import CALENDAR, NOW, Desk, furnished, standing

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"needs {CHROMIUM}"),
]

LIMITS = Limits(pause=0.05, heartbeat=0.2)
SHOWN = """JSON.stringify([...document.querySelectorAll("tr[data-value]")].map(
    (row) => [row.dataset.kpi, row.dataset.label, row.dataset.start, Number(row.dataset.value)]).sort())"""
CONNECTION = "document.querySelector('#connection')?.textContent"
AXE = Path(axe_core_python.__file__).with_name("axe.min.js")
AUDIT = """axe.run({exclude: ["#groups section:nth-of-type(n+2)"]}, {resultTypes: ["violations"]}).then(
    (told) => told.violations.map(
        (one) => [one.id, one.nodes.map((node) => node.target.join(" ") + node.failureSummary)]))
"""
"""One table of several of a kind is enough, and a page with all of them takes minutes."""
STORIES = "[...document.querySelectorAll('.story summary')].map((one) => one.innerText.replace(/\\s+/g, ' '))"
DURATIONS = {
    0: "0 s",
    0.35: "0.35 s",
    12.34: "12.3 s",
    59.96: "1 min",
    200: "3 min 20 s",
    3_599.7: "1 h",
    14_700: "4 h 5 min",
    86_399: "1 d",
    2 * 86_400 + 3 * 3_600: "2 d 3 h",
    -200: "−3 min 20 s",
}
NUMBERS = {
    'number(0.8245, {unit: "ratio", stat: "share"})': "82.5 %",
    'number(0.9312, {unit: "ratio", stat: "ratio"})': "0.93",
    'number(-12.34, {unit: "points", stat: "score"})': "−12.3",
    'number(12345, {unit: "count", stat: "count"})': "12,345",
    'number(2.456, {unit: "count", stat: "mean"})': "2.46",
    'number(-0.25, {unit: "points", stat: "mean"})': "−0.25",
    'number(4.5, {unit: "stars", stat: "mean"})': "4.50 stars",
    'number(1234.5, {unit: "EUR", stat: "sum"})': "1,234.50 EUR",
    'number(null, {unit: "count", stat: "count"})': "–",
    'target({at_least: 0.985}, {unit: "ratio", stat: "share"})': "at least 98.5 %",
    'target({at_most: 432000}, {unit: "seconds", stat: "p90"})': "at most 5 d",
}


def text(kpi: str, column: str, label: str = "") -> str:
    """A script: what a cell says, with plain spaces."""
    place = f"tr[data-kpi={kpi}][data-label={json.dumps(label)}] td[data-column='{column}']"
    return f"document.querySelector({json.dumps(place)})?.innerText.replace(/\\s+/g, ' ').trim()"


class Site:
    """A page on a server on a desk."""

    def __init__(self, desk: Desk, page: Page) -> None:
        self.desk, self.page = desk, page
        self.port = 0
        self._runner: Any = None

    async def start(self) -> None:
        self._runner, self.port = await serve(make_app(self.desk, LIMITS), "127.0.0.1", self.port)

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def show(self, query: str = "") -> None:
        await self.page.show(f"http://127.0.0.1:{self.port}/{query}")
        await self.page.becomes(CONNECTION, "Live")

    def newest(self, size: str, scope: str) -> str:
        """What the page should hold, from the records alone."""
        found: dict[tuple[str, str], Any] = {}
        for value in self.desk.records.values():
            record = orjson.loads(value)
            if record["window"]["size"] == size and record["scope"] == scope:
                series = (record["kpi"], next(iter(record["labels"].values()), ""))
                found[series] = max(found.get(series, record), record, key=lambda one: one["window"]["start"])
        rows = [[*series, record["window"]["start"], record["value"]] for series, record in found.items()]
        return json.dumps(sorted(rows, key=lambda row: ",".join(map(str, row))))

    async def shows(self, size: str, scope: str) -> None:
        for _ in range(100):
            shown, wanted = json.loads(await self.page.evaluate(SHOWN)), json.loads(self.newest(size, scope))
            if sorted(shown) == sorted(wanted):
                return
            await asyncio.sleep(0.05)
        assert sorted(shown) == sorted(wanted)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with opened(tmp_path) as page:
        site = Site(furnished(), page)
        await site.start()
        yield site
        await site.stop()


async def test_the_page_shows_what_the_api_says_and_asks_nobody_else(site: Site) -> None:
    await site.show()
    await site.shows("1h", "all")
    await site.show("?window=1d&scope=channel")
    await site.shows("1d", "channel")
    hosts = {url.split("/")[2] for url in site.page.requests if not url.startswith("data:")}
    assert hosts == {f"127.0.0.1:{site.port}"}
    assert site.page.complaints == []


async def test_values_stand_in_words_and_units(site: Site) -> None:
    site.desk.publish("order_entry_time", [200_000] * 30)
    site.desk.publish("order_entry_time", [400_000] * 30, at=NOW - HOUR)
    site.desk.publish("csat", [True] * 6 + [False] * 4)
    site.desk.publish("nps_hot_passives", [])
    site.desk.publish("nps_hot_passives", [], at=NOW - HOUR)
    page = site.page
    await site.show()
    await page.becomes(text("order_entry_time", "Target"), "✓ met at most 5 min")
    assert (await page.evaluate(text("order_entry_time", "Value"))).startswith("3 min ")
    assert (await page.evaluate(text("order_entry_time", "Window before"))).startswith("▼ down from 6 min ")
    assert (await page.evaluate(text("order_entry_time", "Window before"))).endswith("better")
    assert await page.evaluate(text("csat", "Value")) == "60.0 %"
    assert await page.evaluate(text("csat", "Target")) == "✗ missed at least 80 %"
    assert await page.evaluate(text("csat", "Samples")) == "6 of 10 few samples"
    assert await page.evaluate(text("csat", "95 % interval")) == "31.3 % to 83.2 %"
    assert await page.evaluate(text("nps_hot_passives", "Value")) == "no value yet"
    assert await page.evaluate(text("requests", "Window before")) == "24 whole window"
    said = await page.evaluate("document.querySelector('#window').textContent")
    assert said == "Sun, 1 Mar 2026, 11:00–12:00 UTC: so far"


async def test_closings_stand_with_satisfaction_and_a_count_with_what_is_usual(site: Site) -> None:
    hour = CALENDAR.window("1h", NOW)
    beside = Beside("csat", Reading(0.94, 50, 47, 50)), Beside("reopen_rate", None)
    site.desk.publish_reading(Key("closed_by_agent", "agent=ann", hour), Reading(4, 4, denominator=4, beside=beside))
    usual = Usual("after_holiday", 5, 20.0, 6.6, 33.4)
    site.desk.publish_reading(Key("requests_ratio", "all", hour), Reading(2.0, 40, denominator=40, usual=usual))
    page = site.page
    await site.show("?scope=agent")
    await page.becomes(text("closed_by_agent", "Samples", "ann"), "4 csat 94.0 % of 50, reopen rate – few samples")
    await site.show()
    await page.becomes(text("requests_ratio", "Samples"), "40 usual after holidays: 7 to 33, now 40")


async def test_parts_by_agent_are_drawn_to_all(site: Site) -> None:
    for agent, hits in (("ann", 18), ("bob", 6)):
        site.desk.publish("csat", [True] * hits + [False] * (20 - hits), scope=f"agent={agent}")
    await site.show()
    await site.page.becomes("document.querySelector('[data-open=csat]') !== null", True)
    await site.page.evaluate("document.querySelector('[data-open=csat]').click()")
    choose = """(() => { const by = document.querySelector('.sheet select'); by.value = 'agent';
        by.dispatchEvent(new Event('change')); })()"""
    await site.page.evaluate(choose)
    ann = "[...document.querySelectorAll('.parts p')].find((one) => one.innerText.includes('ann'))?.innerText"
    await site.page.becomes(f"/90.0.%/.test({ann}) && /drawn to all/.test({ann})", True)


async def test_an_update_arrives_without_a_reload(site: Site) -> None:
    await site.show()
    await site.shows("1h", "all")
    await site.page.evaluate("window.stays = 1")
    loads = sum("/api/values" in url for url in site.page.requests)
    site.desk.publish("csat", [True] * 3 + [False])
    await site.page.becomes(text("csat", "Value"), "75.0 %")
    site.desk.publish("csat", [True, False], at=NOW + HOUR)
    await site.page.becomes(text("csat", "Window before"), "▼ down from 75.0 % worse")
    await site.shows("1h", "all")
    assert await site.page.evaluate("window.stays") == 1
    assert sum("/api/values" in url for url in site.page.requests) == loads
    assert site.page.complaints == []


async def test_a_window_that_became_empty_leaves_the_page(site: Site) -> None:
    await site.show()
    await site.shows("1h", "all")
    site.desk.publish("csat", [])
    await site.shows("1h", "all")
    start = await site.page.evaluate("document.querySelector('tr[data-kpi=csat]').dataset.start")
    assert start == "2026-03-01T10:00:00Z"


async def test_the_choice_works_by_keyboard_and_is_kept_in_the_address(site: Site) -> None:
    page = site.page
    await site.show()
    await page.press("Tab")
    await page.press("ArrowRight")
    await page.becomes("document.querySelector('input[name=window]:checked').value", "1d")
    await site.shows("1d", "all")
    await page.press("Tab")
    await page.press("ArrowDown")
    await page.becomes("location.search", "?window=1d&scope=channel")
    await site.shows("1d", "channel")


async def test_the_page_finds_its_way_back_after_a_restart(site: Site) -> None:
    await site.show()
    await site.shows("1h", "all")
    await site.stop()
    await site.page.becomes(CONNECTION, "Reconnecting")
    site.desk.publish("csat", [True] * 3 + [False])
    await site.start()
    await site.page.becomes(CONNECTION, "Live")
    await site.page.becomes(text("csat", "Value"), "75.0 %")


async def test_health_and_counters(site: Site) -> None:
    await site.show()
    await site.page.becomes("document.querySelector('#health').textContent", "✓ The processor is ready.")
    counts = await site.page.evaluate("document.querySelector('#counts').textContent")
    assert counts == "This worker: 1,234 received, 1,200 applied, 30 duplicates, 4 dead letters."
    site.desk.why = ["partials/3 is not read to its end yet"]
    told = "✗ The processor is not ready: partials/3 is not read to its end yet."
    await site.page.becomes("document.querySelector('#health').textContent", told)


async def test_labels_are_text_whatever_they_hold(site: Site) -> None:
    label = "<img src=x onerror=alert(1)>\"'&"
    site.desk.publish("csat", [True] * 99, scope=f"channel={label}")
    await site.show("?scope=channel")
    await site.shows("1h", "channel")
    assert await site.page.evaluate("document.querySelectorAll('main img').length") == 0
    assert site.page.complaints == []


@pytest.mark.parametrize("query", ["", "?scope=channel"])
async def test_a_narrow_screen_needs_no_scrolling_sideways(site: Site, query: str) -> None:
    await site.page.call("Emulation.setDeviceMetricsOverride", width=360, height=800, deviceScaleFactor=1, mobile=True)
    site.desk.publish("csat", [True] * 99, scope="channel=" + "w" * 128)
    await site.show(query)
    await site.shows("1h", "channel" if query else "all")
    assert await site.page.evaluate("document.documentElement.scrollWidth") == 360


async def test_numbers_read_as_people_say_them(site: Site) -> None:
    await site.show()
    calls = {f"duration({seconds})": words for seconds, words in DURATIONS.items()} | NUMBERS
    for call, words in calls.items():
        said = await site.page.evaluate(f"import('/static/numbers.js').then(({{duration, number, target}}) => {call})")
        assert (call, said.replace("\xa0", " ")) == (call, words)


def card(kpi: str, part: str) -> str:
    """A script: what a headline card says, with plain spaces."""
    return f"document.querySelector('.card[data-kpi={kpi}] {part}')?.innerText.replace(/\\s+/g, ' ').trim()"


async def test_the_headline_says_what_the_api_says(site: Site) -> None:
    site.desk.publish("csat", [True] * 30 + [False] * 10)
    page = site.page
    await site.show()
    await page.becomes(card("csat", ".value"), "75.0 %")
    assert await page.evaluate(card("csat", ".judged")) == "✗ missed at least 80 %"
    assert "95 %: 59.8 % to 85.8 %" in await page.evaluate(card("csat", ".foot"))
    shown = (
        "JSON.stringify([...document.querySelectorAll('.card')].map((one) => [one.dataset.kpi, one.dataset.number]))"
    )
    values = "fetch('/api/values?window=1h&scope=all&newest=1').then((answer) => answer.json()).then(JSON.stringify)"
    told = {record["kpi"]: record["value"] for record in json.loads(await page.evaluate(values))}
    cards = json.loads(await page.evaluate(shown))
    assert len(cards) == 12
    assert {name: float(number) for name, number in cards if number} == {
        name: told[name] for name, _ in cards if name in told
    }
    site.desk.publish("csat", [True] * 39 + [False])
    await page.becomes(card("csat", ".value"), "97.5 %")


TILES = (
    "Object.fromEntries([...document.querySelectorAll('#now .tile')].map((one) => [one.dataset.tile, one.innerText]))"
)
SEEN = """new Promise((seen) => new MutationObserver((_, watch) => {
    if (document.querySelector("tr[data-kpi=csat]").dataset.value !== "0.25") return;
    watch.disconnect();
    seen(performance.now());
}).observe(document.querySelector("#groups"), {subtree: true, childList: true, attributes: true}))"""


def tile(name: str) -> str:
    """A script: what a tile of the present says."""
    return f"{TILES}[{json.dumps(name)}]?.replace(/\\s+/g, ' ')"


async def test_what_is_open_is_told_and_changes_without_a_reload(site: Site) -> None:
    site.desk.standing = standing(waiting=7, at_risk=3, overdue=0, oldest=200.9)
    await site.show()
    await site.page.becomes(tile("At risk"), "At risk 3 first response 3")
    assert await site.page.evaluate(tile("Overdue")) == "Overdue 0 none broken and still open"
    assert await site.page.evaluate(tile("Oldest waiting")) == "Oldest waiting 3 min 20 s since it began"
    await site.page.evaluate("window.stays = 1")
    site.desk.standing = standing(waiting=5, at_risk=1, overdue=2, oldest=3_700.0)
    await site.page.becomes(tile("Overdue"), "Overdue 2 first response 2")
    assert await site.page.evaluate("window.stays") == 1
    assert site.page.complaints == []


async def test_an_earlier_end_of_the_time_shown(site: Site) -> None:
    page = site.page
    await site.show("?window=1h&scope=all")
    await site.shows("1h", "all")
    await page.evaluate(
        "const field = document.querySelector('#until'); field.value = '2026-03-01T11:00';"
        "field.dispatchEvent(new Event('change', {bubbles: true}))"
    )
    await page.becomes(CONNECTION, "Earlier")
    await page.becomes("document.querySelector('tr[data-kpi=csat]').dataset.start", "2026-03-01T10:00:00Z")
    assert "until=2026-03-01T11%3A00" in await page.evaluate("location.search")
    site.desk.publish("csat", [True] * 3 + [False])
    told = "fetch('/api/values?kpi=csat&scope=all&window=1h&newest=1&until=2026-03-01T11:00:00Z')"
    value = await page.evaluate(f"{told}.then((answer) => answer.json()).then(([one]) => one.value)")
    assert float(await page.evaluate("document.querySelector('.card[data-kpi=csat]').dataset.number")) == value
    await page.evaluate("document.querySelector('#today').click()")
    await page.becomes(CONNECTION, "Live")
    await page.becomes(text("csat", "Value"), "75.0 %")
    assert page.complaints == []


async def test_how_soon_an_update_is_seen(site: Site) -> None:
    """It comes by itself; how long it took is told, and not judged: the machine may be busy."""
    await site.show()
    await site.shows("1h", "all")
    await site.page.evaluate(f"window.seen = {SEEN}; window.began = performance.now(); 1")
    site.desk.publish("csat", [True] + [False] * 3)
    took = await site.page.evaluate("window.seen.then((at) => at - window.began)")
    print(f"an update was on the page {took:.0f} ms after it was asked for")


async def test_a_promise_tells_what_is_left_of_its_budget(site: Site) -> None:
    site.desk.publish("answered_in_24h", [True] * 98 + [False] * 2)
    await site.show()
    said = "document.querySelector('#promises li[data-kpi=answered_in_24h] small')?.innerText"
    await site.page.becomes(said, "98 of 100 kept, at least 95\xa0%: 60\xa0% of the budget left")


async def test_the_story_behind_a_number_opens_by_keyboard(site: Site) -> None:
    site.desk.absorb(ticket(NOW, channel="email"), said(NOW + MINUTE), ticket(NOW, customer_id="c2"))
    page = site.page
    await site.show()
    await page.becomes(card("first_response_time", ".open"), "Time to first response")
    await page.evaluate("document.querySelector('.card[data-kpi=first_response_time] .open').focus()")
    await page.press("Enter")
    await page.becomes(STORIES, ["1 minticket t1of c1 · email · a1"])
    assert (
        await page.evaluate(
            "document.querySelector('#detail').open && document.querySelectorAll('.course canvas').length"
        )
        == 1
    )
    await page.press("Escape")
    await page.becomes("document.querySelector('#detail').open", False)
    assert await page.evaluate("document.activeElement.dataset.open") == "first_response_time"
    assert page.complaints == []


async def test_one_of_a_scope_stands_in_the_headline(site: Site) -> None:
    site.desk.publish("csat", [True] * 3 + [False] * 2, scope="channel=email")
    await site.show("?window=1h&scope=channel&label=channel%3Demail")
    await site.page.becomes(card("csat", ".value"), "60.0 %")
    assert await site.page.evaluate("document.querySelector('#label').value") == "channel=email"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "query", ["?window=1h&scope=all", "?window=1h&scope=channel", "?window=1h&scope=all&view=wall", "story"]
)
async def test_nothing_keeps_anybody_out(site: Site, scheme: str, query: str) -> None:
    site.desk.absorb(ticket(NOW, channel="email"), said(NOW + MINUTE))
    page = site.page
    await page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    await site.show("" if query == "story" else query)
    await page.becomes("document.querySelectorAll('.card').length", 12)
    if query == "story":
        await page.evaluate("document.querySelector('[data-open=first_response_time]').click()")
        await page.becomes("document.querySelectorAll('.story').length", 1)
    await page.evaluate(AXE.read_text(encoding="utf-8") + "; 1")
    assert await page.evaluate(AUDIT, 120) == []
