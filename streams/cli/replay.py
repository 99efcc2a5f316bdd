"""`streams replay`: events through the whole pipeline."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import click
import orjson
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from streams.cli.inputs import read_lines
from streams.cli.lines import sink
from streams.cli.options import Instant, replaying, replaying_options
from streams.events.lines import Line, parse
from streams.events.model import Rejected
from streams.exports.finals import place_of
from streams.names import INPUTS
from streams.worker.admin import ClusterError
from streams.worker.latest import RecordsLostError
from streams.worker.process import WorkerDiedError
from streams.worker.replay import EMBEDDED, Plan, Result, replay


@click.command(name="replay")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--broker", default=EMBEDDED, show_default=True, help="`embedded`, or the address of a Kafka cluster.")
@click.option("--out", default="-", show_default="standard output", help="File for the final values, as JSON Lines.")
@click.option("--speed", type=click.FloatRange(0, min_open=True), help="So many times as fast as it happened.")
@click.option(
    "--partitions", type=click.IntRange(1, 256), default=4, show_default=True, help="Of every topic; embedded: 4."
)
@click.option("--workers", type=click.IntRange(1, 8), default=1, show_default=True, help="Worker processes.")
@click.option("--strict", is_flag=True, help="Exit with 1 if there was any dead letter.")
@replaying_options
def replay_(  # noqa: PLR0917
    files: tuple[str, ...],
    broker: str,
    out: str,
    speed: float | None,
    partitions: int,
    workers: int,
    strict: bool,
    **options: Any,
) -> None:
    """Send events through topics, journal, measure and rollup, and collect the final values.

    FILE is what `streams compute` takes, and the values are the same, byte for byte. The topics are made for the
    replay under a prefix of their own and removed after it. The embedded broker needs no Kafka, and is for inputs that
    fit a demonstration.
    """
    setup, console, tally = replaying(**options), Console(stderr=True), Counter[str]()
    with _progress(console) as shown:
        plan = Plan(setup.settings, broker, partitions, workers, setup.now, setup.not_after, shown)
        try:
            result = replay(_paced(_lines(read_lines(files, console), tally), speed), plan)
        except (WorkerDiedError, RecordsLostError, ClusterError) as error:
            raise click.ClickException(str(error)) from error
    with sink(out) as put:
        for record in sorted(result.records, key=place_of):
            put(record)
    _report(result, tally, console)
    dead = result.counts["dead_letters"] + tally.total()
    if strict and dead:
        raise click.ClickException(f"{dead} dead letters; without --strict they are only counted")


def _lines(texts: Iterable[bytes], tally: Counter[str]) -> Iterator[Line]:
    """The lines that name one of our topics; any other can not be sent, and is counted."""
    for text in texts:
        line = parse(text)
        if isinstance(line, Line) and line.topic in INPUTS:
            yield line
        else:
            tally[line.reason if isinstance(line, Rejected) else "unknown_topic"] += 1


def _paced(lines: Iterable[Line], speed: float | None) -> Iterator[Line]:
    """The lines, each when its time has come at that speed."""
    first, started = None, time.monotonic()
    for line in lines:
        at = _occurred_at(line) if speed else None
        if speed and at is not None:
            first = at if first is None else first
            time.sleep(max(0.0, (at - first) / 1000 / speed - (time.monotonic() - started)))
        yield line


def _occurred_at(line: Line) -> int | None:
    try:
        event = orjson.loads(line.value)
        return Instant().convert(event.get("occurred_at") or event.get("time"), None, None)
    except (orjson.JSONDecodeError, AttributeError, TypeError, click.BadParameter):
        return None


@contextmanager
def _progress(console: Console) -> Iterator[Any]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("events through the pipeline", total=None)
        yield lambda count: progress.update(task, completed=count)


def _report(result: Result, tally: Counter[str], console: Console) -> None:
    counts, unsent = result.counts, tally.total()
    received, dead = counts["received"] + unsent, counts["dead_letters"] + unsent
    say = f"received {received:,} = applied {counts['applied']:,} + duplicates {counts['duplicates']:,}"
    console.print(f"{say} + dead letters {dead:,}", markup=False, highlight=False)
    for reason, count in tally.most_common():
        console.print(f"  {count:>10,}  not sent: {reason}", markup=False, highlight=False)
