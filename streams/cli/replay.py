"""`streams replay`: events through the whole pipeline."""

import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from math import inf
from typing import Any

import click
import orjson
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from streams.cli.inputs import read_lines
from streams.cli.lines import sink
from streams.cli.options import Instant, replaying, replaying_options
from streams.cli.signals import INTERRUPTED, ended_by_signals
from streams.events.decode import MAX_BYTES
from streams.events.faults import TOO_LARGE, UNKNOWN_TOPIC
from streams.events.lines import Line, parse
from streams.events.model import Rejected
from streams.exports.finals import place_of
from streams.names import INPUTS
from streams.worker.borrowed import EMBEDDED, BrokerError
from streams.worker.embedded import PARTITIONS
from streams.worker.latest import RecordsLostError
from streams.worker.process import WorkerDiedError
from streams.worker.replay import Plan, Result, replay


@click.command(name="replay")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--broker", default=EMBEDDED, show_default=True, help="`embedded`, or the address of a Kafka cluster.")
@click.option("--out", default="-", show_default="standard output", help="File for the final values, as JSON Lines.")
@click.option("--speed", type=click.FloatRange(0, min_open=True), help="So many times as fast as it happened.")
@click.option(
    "--partitions", type=click.IntRange(1, 256), help=f"Of every topic. Default: {PARTITIONS}, as the embedded has."
)
@click.option("--workers", type=click.IntRange(1, 8), default=1, show_default=True, help="Worker processes.")
@click.option("--strict", is_flag=True, help="Exit with 1 if there was any dead letter.")
@replaying_options
def replay_(  # noqa: PLR0917
    files: tuple[str, ...],
    broker: str,
    out: str,
    speed: float | None,
    partitions: int | None,
    workers: int,
    strict: bool,
    **options: Any,
) -> None:
    """Send events through topics, journal, measure and rollup, and collect the final values.

    FILE is what `streams compute` takes, and the values are the same, byte for byte. The topics are made for the
    replay under a prefix of their own and removed after it. The embedded broker needs no Kafka, and is for inputs that
    fit a demonstration.
    """
    if broker == EMBEDDED and partitions not in (None, PARTITIONS):
        raise click.UsageError(f"--partitions: topics of the embedded broker have {PARTITIONS}")
    setup, console, tally = replaying(**options), Console(stderr=True), Counter[str]()
    texts = _begun(read_lines(files, console))
    with _progress(console) as shown:
        plan = Plan(setup.settings, broker, partitions or PARTITIONS, workers, setup.now, setup.not_after, shown)
        result = _run(_paced(_lines(texts, tally), speed, setup.not_after), plan)
    with sink(out) as put:
        for record in sorted(result.records, key=place_of):
            put(record)
    _report(result, tally, console)
    dead = result.counts["dead_letters"] + tally.total()
    if strict and dead:
        raise click.ClickException(f"{dead} dead letters; without --strict they are only counted")


def _run(lines: Iterable[Line], plan: Plan) -> Result:
    """The replay; whatever ends it leaves nothing behind."""
    try:
        with ended_by_signals():
            return replay(lines, plan)
    except KeyboardInterrupt:
        click.echo("interrupted; its topics and processes are gone", err=True)
        sys.exit(INTERRUPTED)
    except (WorkerDiedError, RecordsLostError, BrokerError) as error:
        raise click.ClickException(str(error)) from error


def _begun(texts: Iterator[bytes]) -> Iterator[bytes]:
    """The same, with the first one read: a file that cannot be is told before anything starts."""
    return chain(list(islice(texts, 1)), texts)


def _lines(texts: Iterable[bytes], tally: Counter[str]) -> Iterator[Line]:
    """The lines that can be sent to one of our topics; the others are counted by reason."""
    for text in texts:
        line = parse(text)
        if isinstance(line, Rejected):
            tally[line.reason] += 1
        elif line.topic not in INPUTS:
            tally[UNKNOWN_TOPIC] += 1
        elif len(bytes(line.value)) > MAX_BYTES:
            tally[TOO_LARGE] += 1
        else:
            yield line


def _paced(lines: Iterable[Line], speed: float | None, not_after: float = inf) -> Iterator[Line]:
    """The lines, each when its time has come at that speed; none waits for the future, which is refused."""
    first, started = None, time.monotonic()
    for line in lines:
        at = _occurred_at(line) if speed else None
        if speed and at is not None and at <= not_after:
            first = at if first is None else first
            time.sleep(max(0.0, (at - first) / 1000 / speed - (time.monotonic() - started)))
        yield line


def _occurred_at(line: Line) -> int | None:
    try:
        event = orjson.loads(bytes(line.value))
        return Instant().convert(str(event.get("occurred_at") or event.get("time")), None, None)
    except (orjson.JSONDecodeError, AttributeError, click.BadParameter):
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
