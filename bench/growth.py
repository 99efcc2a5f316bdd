"""`make bench-growth`: what an event costs as the business grows, one way of growing at a time, as ratios."""

import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import click
import msgspec

from bench import families, latency
from bench.figures import Figure, table
from bench.load import Event, kafka, send, topics
from bench.ours import fleet
from bench.variants import aged, lengthened, orders, placed, revised

HOUR = 3_600_000
HEAD = ("", "events/s", "CPU s a million", "of the first", "resident MiB", "start s")


class Case(msgspec.Struct, frozen=True):
    """`before` is state that stands already; `events` are measured, the workers being confined to a core, or free."""

    name: str
    events: list[Event]
    before: list[Event] = []
    partitions: int = 4
    workers: int = 1
    confined: bool = False


class Measured(msgspec.Struct, frozen=True):
    """What an event cost, MiB that the workers hold at the end, seconds from start to ready."""

    figure: Figure
    resident: float
    start: float


def open_cases(number: int, most: int) -> Iterator[Case]:
    """Revisions of orders at random, with ever more open ones; beside them `number` of them alone."""
    before = orders(most)
    for standing in _steps(10_000, most):
        touched = [before[Random(standing + n).randrange(standing)] for n in range(number)]
        yield Case(f"{standing:,} open orders", revised(touched), before[:standing])


def partitions(number: int, most: int) -> Iterator[Case]:  # noqa: ARG001
    """The same orders over 1, 4 and 16 partitions."""
    return (Case(f"{n} partitions", orders(number), partitions=n) for n in (1, 4, 16))


def workers(number: int, most: int) -> Iterator[Case]:  # noqa: ARG001
    """The same orders shared out over 1, 2 and 4 workers; CPU of all of them."""
    return (Case(f"{n} workers", orders(number), workers=n) for n in (1, 2, 4))


def workers_one_core(number: int, most: int) -> Iterator[Case]:  # noqa: ARG001
    """The same, all workers on one core: what more of them cost without what cores that are busy at once cost more."""
    return (Case(f"{n} workers on a core", orders(number), workers=n, confined=True) for n in (1, 2, 4))


def series(number: int, most: int) -> Iterator[Case]:  # noqa: ARG001
    """The same orders from ever more regions, each with series of its own."""
    return (Case(f"{n:,} regions", placed(orders(number), n)) for n in (4, 100, 1_000))


def size(number: int, most: int) -> Iterator[Case]:  # noqa: ARG001
    """Orders of ever more lines."""
    for lines in (1, 10, 50):
        events = lengthened(orders(number), lines)
        yield Case(f"{sum(len(value) for _, value in events) // number:,} bytes", events)


def lateness(number: int, most: int) -> Iterator[Case]:  # noqa: ARG001
    """The same orders in order, and shuffled by up to an hour of event time and up to all of it."""
    for name, by in (("in order", 0), ("up to 1 h late", HOUR), ("up to 10 h late", 10 * HOUR)):
        yield Case(name, aged(orders(number), by))


GROWTH: dict[str, Callable[[int, int], Iterator[Case]]] = {
    "cases": open_cases,
    "partitions": partitions,
    "workers": workers,
    "workers-one-core": workers_one_core,
    "series": series,
    "size": size,
    "lateness": lateness,
}
LATENCY, LATENCY_FIRST = "latency", "latency-first"
"""With the whole catalogue, and with the KPIs of the first families."""


def _steps(least: int, most: int) -> list[int]:
    return [step for n in range(8) if (step := least * 10**n) <= most] or [most]


def _ways(context: click.Context, parameter: click.Parameter, text: str | None) -> tuple[str, ...]:  # noqa: ARG001
    ways = (*GROWTH, LATENCY, LATENCY_FIRST)
    chosen = tuple(text.split(",")) if text else ways
    if unknown := [way for way in chosen if way not in ways]:
        raise click.BadParameter(f"no {', '.join(unknown)}; there are: {', '.join(ways)}")
    return chosen


@click.command()
@click.option("--events", default=20_000, show_default=True, help="Events measured in each case.")
@click.option("--cases", default=100_000, show_default=True, help="Open orders at most: 10000, 100000, 1000000 …")
@click.option("--rates", default="1000,10000,30000", show_default=True, help="Events a second whose latency is read.")
@click.option("--seconds", default=10, show_default=True, help="How long each rate is kept up.")
@click.option("--only", callback=_ways, help=f"Some of {', '.join((*GROWTH, LATENCY, LATENCY_FIRST))}. Default: all.")
@click.option("--broker", help="A Kafka that runs already; otherwise one is started and stopped.")
def main(*, events: int, cases: int, rates: str, seconds: int, only: tuple[str, ...], broker: str | None) -> None:
    """One worker, or several, whole catalogue, durable state: one table for each way of growing."""
    with tempfile.TemporaryDirectory(prefix="streams-bench-") as name, kafka(Path(name), broker) as address:
        for way in only:
            click.echo(f"\n### {way}\n")
            if way in {LATENCY, LATENCY_FIRST}:
                paces = [int(rate) for rate in rates.split(",")]
                chosen = {"kpis__only": families.setting()} if way == LATENCY_FIRST else {}
                click.echo(latency.report(latency.measured(address, Path(name), paces, seconds, **chosen)))
            else:
                told = [(case.name, measured(address, Path(name), case)) for case in GROWTH[way](events, cases)]
                click.echo(report(told))


def measured(broker: str, folder: Path, case: Case) -> Measured:
    """One case on topics of its own."""
    prefix = f"growth-{uuid.uuid4().hex[:6]}-"
    with (
        topics(broker, prefix, case.partitions),
        fleet(broker, prefix, case.partitions, folder / prefix, case.workers) as group,
    ):
        start = group.ready()
        if case.confined:
            group.confine()
        send(case.before, broker, prefix)
        group.await_(len(case.before))
        mark = group.mark()
        send(case.events, broker, prefix)
        figure = group.through(len(case.events), len(case.before), mark)
        return Measured(figure, group.resident() / 2**20, start)


def report(cases: list[tuple[str, Measured]]) -> str:
    """One table, with CPU a million as a ratio of the first case."""
    first = cases[0][1].figure.cpu_per_million
    rows = [
        (
            name,
            f"{one.figure.rate:,.0f}",
            f"{one.figure.cpu_per_million:.1f}",
            f"{one.figure.cpu_per_million / first:.2f}",
            f"{one.resident:,.0f}",
            f"{one.start:.1f}",
        )
        for name, one in cases
    ]
    return table(HEAD, rows)


if __name__ == "__main__":
    main()
