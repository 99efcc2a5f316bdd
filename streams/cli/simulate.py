"""`streams simulate`: a realistic, seeded stream into a file, or in real time into a broker."""

import gc
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from random import Random

import click
from rich.console import Console
from rich.progress import Progress

from streams.cli.broker import prefix_option
from streams.cli.lines import line_of, raw_sink
from streams.cli.options import Instant, Span
from streams.importers.simulator import Business, Faults, Sent, timed
from streams.units import SECOND

FILE_START = 1_767_571_200_000
"""2026-01-05T00:00:00Z, a Monday."""
FILE_RATE = 1.0
LIVE_RATE = 100.0
LIVE_LIFE = 0.001
"""Beside the clock four days of a case pass in six minutes."""

_SHARE = click.FloatRange(0, 1)
_POSITIVE = click.FloatRange(0, min_open=True)


@click.command()
@click.option("--events", type=click.IntRange(0), help="So many events, doubled and broken records not counted.")
@click.option("--duration", type=Span(), help="So much event time, as in 90s, 15m, 6h or 30d.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same bytes.")
@click.option("--start", type=Instant(), help="First instant. Default: 2026-01-05T00:00:00Z; with --broker now.")
@click.option("--rate", type=_POSITIVE, help="Events per second of event time. Default: 1; with --broker 100.")
@click.option("--life", type=_POSITIVE, help="Scales waits and days. Default: 1; with --broker 0.001.")
@click.option("--steady/--weekly", default=None, help="Without nights and weekends, or with. Default: as --broker.")
@click.option("--late", type=_SHARE, default=0.0, help="Share sent minutes after it occurred.")
@click.option("--doubled", type=_SHARE, default=0.0, help="Share sent twice.")
@click.option("--broken", type=_SHARE, default=0.0, help="Share of further records that are no events.")
@click.option("--out-of-order", type=_SHARE, default=0.0, help="Share sent behind what occurred after it.")
@click.option("--out", default="-", show_default="standard output", help="File for the records, as JSON Lines.")
@click.option("--broker", metavar="HOST:PORT,…", help="Send to this cluster's topics, in real time, with random keys.")
@prefix_option
def simulate(
    *,
    events: int | None,
    duration: int | None,
    seed: int,
    start: int | None,
    rate: float | None,
    life: float | None,
    steady: bool | None,
    late: float,
    doubled: float,
    broken: float,
    out_of_order: float,
    out: str,
    broker: str | None,
    prefix: str,
) -> None:
    """Simulate a business: orders, tickets and surveys, with all that goes wrong on the way.

    Into a file the records are as the seed says. With --broker they are sent when they are due, until --events,
    --duration or Ctrl-C; days pass within minutes unless --life 1 is given.
    """
    live = broker is not None
    if not live and events is None and duration is None:
        raise click.UsageError("say how much: --events N or --duration 30d")
    now = time.time_ns() // 1_000_000
    business = Business(
        start=start if start is not None else now if live else FILE_START,
        rate=rate or (LIVE_RATE if live else FILE_RATE),
        events=events,
        duration=duration,
        life=life or (LIVE_LIFE if live else 1.0),
        steady=live if steady is None else steady,
    )
    records = timed(Random(seed), business, Faults(late, doubled, broken, out_of_order))
    tally = _to_broker(broker, prefix, _in_time(records, now - business.start)) if broker else _to_file(out, records)
    Console(stderr=True).print(_summary(tally), markup=False, highlight=False, soft_wrap=True)


def _to_file(out: str, records: Iterator[Sent]) -> Counter[str]:
    tally: Counter[str] = Counter()
    with raw_sink(out) as write, _untraced():
        _each(records, tally, lambda sent: write(line_of(sent.topic, sent.value)))
    return tally


@contextmanager
def _untraced() -> Iterator[None]:
    """No search for garbage that refers to itself: stories leave none, and to look at all open ones costs a third."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _to_broker(broker: str, prefix: str, records: Iterator[Sent]) -> Counter[str]:
    from streams.cli.produce import ProducerError, producing  # a file needs no client

    tally: Counter[str] = Counter()
    try:
        with producing(broker, prefix) as send, suppress(KeyboardInterrupt):
            _each(records, tally, lambda sent: send(sent.topic, sent.value))
    except ProducerError as error:
        raise click.ClickException(str(error)) from error
    return tally


def _each(records: Iterator[Sent], tally: Counter[str], do: Callable[[Sent], object]) -> None:
    """Does it with every record and counts; a counter moves on standard error, if that is a terminal."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("0 records", total=None)
        for number, sent in enumerate(records, 1):
            do(sent)
            tally[sent.topic] += 1
            if number % 1000 == 0:
                progress.update(task, description=f"{number:,} records")


def _in_time(records: Iterator[Sent], shift: int) -> Iterator[Sent]:
    """Each record when its instant has come, `shift` milliseconds being between its time and the clock's."""
    for sent in records:
        if (wait := sent.at + shift - time.time_ns() // 1_000_000) > 0:
            time.sleep(wait / SECOND)
        yield sent


def _summary(tally: Counter[str]) -> str:
    lines = (f"  {count:>10,}  {topic}" for topic, count in sorted(tally.items()))
    return "\n".join([f"{tally.total():,} records", *lines])
