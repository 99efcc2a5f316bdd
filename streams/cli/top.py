"""`streams top`: the headline KPIs in the terminal, live, as a worker's page shows them."""

import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from streams.cli.tail_view import company, drawn, printable, shown
from streams.cli.web import ADDRESS, ask, readiness
from streams.windows.sizes import NOW, SIZES

AGENT, ACCOMPANIED = "agent", "accompanied"
WINDOWS = 24
"""Of a trend."""
WIDE = 160
"""Columns where no terminal says how many there are."""
BARS = "▁▂▃▄▅▆▇█"
COLUMNS = ("KPI", "value", "target", "", "before", "trend", "95 % interval", "n")

Record = Mapping[str, Any]


@click.command()
@click.option("--worker", "address", default=ADDRESS, show_default=True, metavar="URL", help="A worker to ask.")
@click.option("--window", type=click.Choice([one for one in SIZES if one != NOW]), default="1h", show_default=True)
@click.option("--label", metavar="DIM=VALUE", help="The scope, as in channel=email. Default: all.")
@click.option("--every", type=click.FloatRange(0.5), default=2, show_default=True, help="Seconds between looks.")
@click.option("--once", is_flag=True, help="Print what is there, and end.")
def top(*, address: str, window: str, label: str | None, every: float, once: bool) -> None:
    """Show the headline KPIs of a fleet in the terminal, live.

    Any worker with the role web or rollup knows the values of the whole fleet. Ctrl-C ends it.
    """
    kpis = headline(ask(address, "/api/kpis"), window, (label or "").partition("=")[0])
    where = f"{window}, {label or 'all'}"
    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)
    if once:
        console.print(_screen(kpis, _series(address, kpis, window, label), readiness(address), where))
        return
    try:
        with Live(console=console, auto_refresh=False, screen=console.is_terminal) as live:
            while True:
                live.update(_looked(address, kpis, window, label, where), refresh=True)
                time.sleep(every)
    except KeyboardInterrupt:
        return


def headline(kpis: Sequence[Record], window: str, dim: str = "") -> list[Record]:
    """The KPIs that stand first, those of the present, and of a person what is told together."""
    first = [kpi for kpi in kpis if kpi["headline"] is not None and window in kpi["windows"]]
    own = [kpi for kpi in kpis if dim == AGENT and kpi["form"] == ACCOMPANIED and window in kpi["windows"]]
    return sorted(first, key=lambda kpi: int(kpi["headline"])) + own + [kpi for kpi in kpis if NOW in kpi["windows"]]


def _looked(address: str, kpis: Sequence[Record], window: str, label: str | None, where: str) -> Group | Text:
    """What there is now; a worker that is away for a while is waited for."""
    try:
        return _screen(kpis, _series(address, kpis, window, label), readiness(address), where)
    except click.ClickException as error:
        return Text(f"{error.message}; asking again", style="red")


def _series(address: str, kpis: Sequence[Record], window: str, label: str | None) -> dict[str, list[Record]]:
    """The records of each KPI, newest first."""
    own = [("label", label)] if label else [("scope", "all")]
    asked = [*(("kpi", kpi["name"]) for kpi in kpis), ("window", window), ("window", NOW), *own, ("newest", WINDOWS)]
    found: dict[str, list[Record]] = {}
    for record in ask(address, f"/api/values?{urlencode([*asked, ('limit', 5000)])}"):
        found.setdefault(record["kpi"], []).append(record)
    return found


def _screen(kpis: Sequence[Record], series: Mapping[str, list[Record]], told: Record, where: str) -> Group:
    table = Table(*COLUMNS, box=SIMPLE_HEAD, pad_edge=False, title=f"Customer response, {where}", title_justify="left")
    for kpi in kpis:
        table.add_row(*(Text(text, style=style) for text, style in cells(kpi, series.get(kpi["name"], []))))
    return Group(table, Text(health(told), style="green" if told["ready"] else "red"))


def cells(kpi: Record, records: Sequence[Record]) -> list[tuple[str, str]]:
    """A row: text and style of each cell."""
    unit, title = kpi["unit"], printable(kpi["title"])
    if not records:
        return [(title, "dim"), ("no value yet", "dim"), (bound(kpi), "dim"), *[("", "")] * 5]
    now, before = records[0], records[1] if len(records) > 1 else {}
    met, interval = now["met"], now["interval"]
    verdict = ("", "") if met is None else ("✓ met", "green") if met else ("✗ missed", "bold red")
    return [
        (title, ""),
        (shown(now["value"], unit) + drawn(now) + company(now), "bold"),
        (bound(kpi), "dim"),
        verdict,
        (shown(before.get("value"), unit), "dim"),
        (spark([record["value"] for record in reversed(records)]), "cyan"),
        (f"{shown(interval['low'], unit)} to {shown(interval['high'], unit)}" if interval else "", "dim"),
        (_samples(now), "yellow" if now["low_sample"] else ""),
    ]


def bound(kpi: Record) -> str:
    """A target in words."""
    if not kpi["target"]:
        return ""
    ((way, value),) = kpi["target"].items()
    return f"{'≤' if way == 'at_most' else '≥'} {shown(value, kpi['unit'])}"


def _samples(record: Record) -> str:
    stats = record["stats"]
    count = stats["count"] if stats else record["denominator"]
    return "" if count is None else f"{count:,}{'*' if record['low_sample'] else ''}"


def spark(values: Sequence[float | None]) -> str:
    """A trend of numbers as bars; a gap where there is none.

    >>> spark([1, 2, None, 4]), spark([3, 3]), spark([])
    ('▁▃ █', '▄▄', '')
    """
    known = [value for value in values if value is not None]
    low, high = min(known, default=0), max(known, default=0)
    return "".join(" " if value is None else _bar(value, low, high) for value in values)


def _bar(value: float, low: float, high: float) -> str:
    return BARS[3] if low == high else BARS[round((value - low) / (high - low) * (len(BARS) - 1))]


def health(told: Record) -> str:
    """How the worker is, in a line."""
    counts = told.get("counts") or {}
    said = ", ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in counts.items())
    state = "ready" if told["ready"] else f"not ready: {'; '.join(told['why'])}"
    return f"This worker is {state}. {said}".strip()
