"""`streams tail`: follows a metric topic in the terminal."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from streams import names
from streams.cli.broker import broker_option, prefix_option, protection
from streams.cli.consume import consuming, polls
from streams.cli.tail_view import COLUMNS, Board, Filter, any_line, fitting, gone_line, parsed, row, value_line
from streams.worker.admin import Security

METRICS = (names.KPI_VALUES, names.KPI_REVISIONS)
_DEPTH = 8
TOPICS = (*METRICS, names.SLA_EVENTS, names.DEAD_LETTER)


@click.command()
@click.argument("topic", type=click.Choice(TOPICS), default=names.KPI_VALUES)
@broker_option
@prefix_option
@click.option("--kpi", metavar="NAME", help="This KPI only, such as first_response_time.")
@click.option("--scope", metavar="NAME", help="This scope only, such as all, channel or region.")
@click.option("--window", metavar="SIZE", help="This window size only, such as 1h or 1d.")
@click.option("--plain", is_flag=True, help="A line per record; so too when the output is not a terminal.")
@click.option("--once", is_flag=True, help="Print what is there, and end.")
@click.option("--all", "everything", is_flag=True, help="Begin with the oldest record, not with the next.")
def tail(
    *,
    topic: str,
    broker: str,
    prefix: str,
    kpi: str | None,
    scope: str | None,
    window: str | None,
    plain: bool,
    once: bool,
    everything: bool,
) -> None:
    """Follow TOPIC: kpi-values (default), kpi-revisions, sla-events or dead-letter.

    kpi-values shows the newest window of every series, as a table that keeps itself up to date; with --once, every
    window. The other topics print a line per record from now on, or from the oldest with --all or --once. A star
    beside n marks a small sample. Nothing is committed: any number may watch. Ctrl-C ends it.
    """
    only = Filter(kpi, scope, window)
    if topic not in METRICS and only != Filter():
        raise click.UsageError(f"--kpi, --scope and --window select KPI values; {topic} has none")
    follow(topic, broker, prefix, only, plain=plain, once=once, everything=everything, security=protection())


def follow(
    topic: str,
    broker: str,
    prefix: str,
    only: Filter,
    *,
    plain: bool,
    once: bool,
    everything: bool,
    security: Security | None = None,
) -> None:
    """Reads the topic from the right place and shows it, until its end (once) or for ever."""
    console = Console(highlight=False, soft_wrap=True)
    table = topic == names.KPI_VALUES
    try:
        with consuming(broker, security) as consumer:
            found = polls(consumer, prefix + topic, oldest=table or once or everything, once=once)
            if table and once:
                board = Board(only)
                _put(board, chain.from_iterable(found))
                _print_board(console, board, plain=plain or not console.is_terminal)
            elif table and console.is_terminal and not plain:
                _live(console, Board(only, _DEPTH), found)
            else:
                _lines(found, only, metrics=topic in METRICS)
    except KeyboardInterrupt:
        return


def _put(board: Board, records: Iterable[Any]) -> int:
    """Takes records in, and counts those that changed something."""
    return sum(board.put(record.key, record.value) for record in records)


def _print_board(console: Console, board: Board, *, plain: bool) -> None:
    if plain:
        for record in board.records():
            click.echo(value_line(record))
    else:
        console.print(_table(board.records(), 0))


def _live(console: Console, board: Board, found: Iterator[list[Any]]) -> None:
    """Redraws after each poll that changed something: some four times a second."""
    with Live(_table((), 0), console=console, auto_refresh=False) as live:
        for records in found:
            if _put(board, records):
                shown, hidden = fitting(board.newest(), console.height)
                live.update(_table(shown, hidden), refresh=True)


def _table(records: Iterable[Mapping[str, Any]], hidden: int) -> Table:
    note = f"{hidden} more: choose by --kpi, --scope or --window" if hidden else None
    table = Table(*COLUMNS, box=SIMPLE_HEAD, pad_edge=False, caption=note)
    for record in records:
        table.add_row(*(Text(text) for text in row(record)))
    return table


def _lines(found: Iterator[list[Any]], only: Filter, *, metrics: bool) -> None:
    for records in found:
        for record in records:
            line = _line(record, only, metrics=metrics)
            if line is not None:
                click.echo(line)


def _line(record: Any, only: Filter, *, metrics: bool) -> str | None:
    """A record's line, or None when the filter drops it."""
    if not metrics:
        return any_line(record.key, record.value, record.headers)
    named = parsed(record.value if record.value is not None else record.key)
    if named is None or not only.keeps(named):
        return None if only != Filter() else any_line(record.key, record.value, record.headers)
    return gone_line(record.key) if record.value is None else value_line(named)
