"""`python -m bench.obligations`: what open obligations cost the engine, and policies the review of a ticket.

The engine takes the same events, in flushes, with no ticket open and with many; CPU time, in turns, the best of the
rounds, so that what else the machine does matters little. Only the ratio means anything on another machine.
"""

import gc
import time
from collections.abc import Callable, Iterator
from functools import partial

import click
from msgspec.structs import replace

from streams.cases.case import Case
from streams.cases.conventions import DEFAULT
from streams.engine.partition import Partition
from streams.engine.terms import Terms
from streams.events.journal import Entry
from streams.events.model import Event, TicketAnswered, TicketOpened
from streams.sla.history import History
from streams.sla.policy import DEFAULTS, Book
from streams.units import HOUR, MINUTE

START = 1_767_225_600_000  # 2026-01-01
FLUSH = 5_000


@click.command()
@click.option("--open", "waiting", default=100_000, show_default=True, help="Tickets that stay open meanwhile.")
@click.option("--events", default=40_000, show_default=True)
@click.option("--rounds", default=3, show_default=True)
def main(waiting: int, events: int, rounds: int) -> None:
    """Print the CPU time for the events without and with open tickets, and that of a ticket's review."""
    without, beside = [], []
    for _ in range(rounds):
        without.append(_throughput(0, events))
        beside.append(_throughput(waiting, events))
    least, most = min(without), min(beside)
    click.echo(f"{events:,} events, no ticket open:        {least / events * 1e6:6.2f} µs each")
    click.echo(f"the same beside {waiting:,} open ones: {most / events * 1e6:6.2f} µs each, ratio {most / least:.3f}")
    _reviews(rounds)


def _throughput(waiting: int, events: int) -> float:
    """CPU seconds for the events beside so many open tickets."""
    terms = Terms()
    engine = Partition(terms.catalogue(), terms.pane(), _Nothing(), keep=1 << 30, conventions=terms.told)
    gc.disable()  # as in a worker, which collects at chosen moments
    _feed(engine, (_opened(f"w{n}", START + n) for n in range(waiting)))
    started = time.process_time()
    _feed(engine, _stories(events, START + waiting))
    spent = time.process_time() - started
    gc.enable()
    return spent


class _Nothing:
    """No rows: everything stays in memory."""

    def get(self, key: bytes) -> bytes | None:  # noqa: ARG002
        return None

    def scan(self, prefix: bytes = b"") -> Iterator[tuple[bytes, bytes]]:  # noqa: ARG002
        return iter(())


def _feed(engine: Partition, events: Iterator[Event]) -> None:
    batch: list[Entry] = []
    for number, event in enumerate(events):
        batch.append(Entry(event, 0, number))
        if len(batch) == FLUSH:
            _flush(engine, batch)
            batch = []
    _flush(engine, batch)


def _flush(engine: Partition, batch: list[Entry]) -> None:
    engine.absorb(enumerate(batch, engine.next))
    engine.flushed(engine.flush())


def _stories(events: int, since: int) -> Iterator[Event]:
    """Tickets, each opened, answered and resolved."""
    for number in range(events // 2):
        name, at = f"t{number}", since + number * 10
        yield _opened(name, at)
        yield _act(name, at + MINUTE, resolves=True)


def _opened(name: str, at: int) -> TicketOpened:
    return TicketOpened(event_id=f"o{name}", occurred_at=at, customer_id=f"c{name}", ticket_id=name, channel="email")


def _act(name: str, at: int, action: str = "message", *, resolves: bool = False) -> TicketAnswered:
    return TicketAnswered(
        event_id=f"{action}{at}", occurred_at=at, customer_id=f"c{name}", ticket_id=name, action=action, by="agent",
        agent_id="a", resolves=resolves,
    )  # fmt: skip


def _reviews(rounds: int) -> None:
    opening = _opened("t", START)
    acts = [_act("t", START + n * HOUR, action) for n, action in enumerate(("message", "wait", "resume", "message"), 1)]
    case = Case([opening, *acts])
    for title, policies in (
        ("without policies", None),
        ("the default policy written out", History()),
        ("the same with warnings", History(Book(DEFAULTS))),
    ):
        conventions = replace(DEFAULT, policies=policies)
        took = min(_timed(partial(case.review, "ticket:", START + 9 * HOUR, conventions)) for _ in range(rounds))
        click.echo(f"a review of a ticket with five events, {title}: {took * 1e6:.1f} µs")


def _timed(call: Callable[[], object], calls: int = 4_000) -> float:
    started = time.process_time()
    for _ in range(calls):
        call()
    return (time.process_time() - started) / calls


if __name__ == "__main__":
    main()
