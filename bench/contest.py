"""The contestants of a run, the same events for all, and whether each reaches the same result."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec

from bench import families, ours, wanted
from bench.figures import Figure
from bench.load import Event, mixed, rows, send, topics
from bench.peer import Peer
from bench.result import KPI, Result, Row, differences, summed, told
from bench.variants import orders as made
from streams.names import ORDER_ENTERED

PEERS = (
    Peer(wanted.RAW, "raw"),
    Peer(wanted.NAIVE, "faust", "naive.py", share=0.05),
    Peer(wanted.TAKE, "faust", "take.py", share=0.25),
    Peer(wanted.QUIX, "quix", share=0.1),
    Peer(wanted.BYTEWAX, "bytewax", share=0.5),
    Peer(wanted.DSL, "kafka-streams", "Orders", ("dsl",)),
    Peer(wanted.PROCESSOR, "kafka-streams", "Orders", ("processor",)),
)
OURS = (
    wanted.ONE,
    wanted.WHOLE,
    wanted.MIX,
    wanted.FIRST,
    wanted.FIRST_TWICE,
    wanted.COMPUTE_ORDERS,
    wanted.COMPUTE,
    wanted.COMPUTE_FIRST,
)
NAMES = (*(peer.name for peer in PEERS), *OURS)
MINUTES = ("1m",)
Run = Callable[[Path], Figure]


class WrongResultError(AssertionError):
    """A contestant's result is not that of the events."""


class Size(msgspec.Struct, frozen=True):
    """How much of everything."""

    orders: int
    mix: int
    rate: float
    partitions: int


def check(name: str, expected: Result, found: Result) -> None:
    """Raise `WrongResultError` with the first differences."""
    wrong = differences(expected, found)
    if wrong:
        raise WrongResultError(f"{name}: {len(wrong)} of {len(expected)} numbers are wrong:\n" + "\n".join(wrong[:5]))


@contextmanager
def contestants(broker: str, prefix: str, size: Size, names: Sequence[str]) -> Iterator[dict[str, Run]]:
    """Those named, each as a function that runs it once in a folder, checks its result and returns its figures."""
    orders, mix = made(size.orders), mixed(size.mix, size.rate)
    with ExitStack() as stack:
        chosen: dict[str, Run] = {}
        for peer in PEERS:
            if peer.name in names:
                chosen[peer.name] = stack.enter_context(_peer(peer, broker, prefix, size, orders))
        yield chosen | {name: run for name, run in _ours(broker, prefix, size, orders, mix).items() if name in names}


@contextmanager
def _peer(peer: Peer, broker: str, prefix: str, size: Size, orders: list[Event]) -> Iterator[Run]:
    """A peer, its share of the orders on topics of its own."""
    given, own = orders[: round(peer.share * len(orders))], f"{prefix}{peer.folder}-{peer.program}-"
    own += "".join(peer.arguments)
    expected = summed(rows(given), MINUTES)
    peer.command()

    def run(folder: Path) -> Figure:
        prefix = f"{own}{folder.name}-"
        with topics(broker, prefix, size.partitions):
            send(given, broker, prefix)
            figure, found = peer.run(broker, prefix + ORDER_ENTERED, len(given), size.partitions, folder)
            check(peer.name, expected, summed(found, MINUTES))
            return figure

    yield run


def _ours(broker: str, prefix: str, size: Size, orders: list[Event], mix: list[Event]) -> dict[str, Run]:
    orders_rows, mix_rows = rows(orders), rows(mix)

    def worker(
        name: str, events: list[Event], of: list[Row], sizes: Sequence[str], processes: int = 1, **settings: str
    ) -> Run:
        def run(folder: Path) -> Figure:
            own = f"{prefix}{folder.name}-"
            with topics(broker, own, size.partitions):
                send(events, broker, own)
                with ours.fleet(broker, own, size.partitions, folder, processes, **settings) as fleet:
                    figure = fleet.through(len(events))
                    check(name, summed(of, sizes), told(fleet.values()))
                    return figure

        return run

    def computed(name: str, events: list[Event], of: list[Row], *options: str) -> Run:
        def run(folder: Path) -> Figure:
            figure, records = ours.compute(events, folder, *options)
            check(name, summed(of, KPI.windows), told(records))
            return figure

        return run

    one = {"kpis__only": families.setting((KPI.name,)), "kpis__windows": '["1m"]'}
    first = families.setting()
    return {
        wanted.ONE: worker(wanted.ONE, orders, orders_rows, MINUTES, **one),
        wanted.WHOLE: worker(wanted.WHOLE, orders, orders_rows, KPI.windows),
        wanted.MIX: worker(wanted.MIX, mix, mix_rows, KPI.windows),
        wanted.FIRST: worker(wanted.FIRST, mix, mix_rows, KPI.windows, kpis__only=first),
        wanted.FIRST_TWICE: worker(wanted.FIRST_TWICE, mix, mix_rows, KPI.windows, 2, kpis__only=first),
        wanted.COMPUTE_ORDERS: computed(wanted.COMPUTE_ORDERS, orders, orders_rows),
        wanted.COMPUTE: computed(wanted.COMPUTE, mix, mix_rows),
        wanted.COMPUTE_FIRST: computed(wanted.COMPUTE_FIRST, mix, mix_rows, "--only", ",".join(families.FIRST)),
    }
