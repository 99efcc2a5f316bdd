"""Retention: what a customer is to each calendar month and quarter that has ended [R39, R49].

With S customers active at the start of a period, E active at its end and A new ones inside, retention is (E − A) / S.
Active means an order entered in the K ms before, K = max(90 days, length of the period).
"""

from collections.abc import Iterator, Sequence

from streams.cases.conventions import Conventions, Window
from streams.cases.digests import Bought
from streams.cases.facts import RETENTION, Fact
from streams.units import DAY

SIZES = ("1mo", "1q")
ACTIVE = 90 * DAY

Sample = tuple[tuple[int, int, int], ...]
"""(number of the size, trials, hits)."""


def retention(bought: Sequence[Bought], asof: int, conventions: Conventions) -> tuple[list[Fact], int | None]:
    """The facts of all periods that have ended by `asof`, and the instant at which the next one ends, if one will.

    `bought` are a customer's orders in their order.
    """
    facts: list[Fact] = []
    wakes: list[int] = []
    for size in [size for _, size in conventions.sizes if size in SIZES]:
        for period in _periods(size, bought, conventions):
            if period.end <= asof:
                facts.extend(_fact(size, period, bought, conventions))
            else:
                wakes.append(period.end - 1)
                break
    return facts, min(wakes, default=None)


def _periods(size: str, bought: Sequence[Bought], conventions: Conventions) -> Iterator[Window]:
    """Every period that an order touches: it holds the order, or starts or ends while the order keeps him active."""
    done = -1
    for order in bought:
        at = order.place[0]
        period = conventions.window(size, max(at, done))
        while _touches(at, period):
            if period.end > done:
                yield period
                done = period.end
            period = conventions.window(size, period.end)


def _touches(at: int, period: Window) -> bool:
    return at < period.end and at >= period.start - _reach(period)


def _reach(period: Window) -> int:
    return max(ACTIVE, period.end - period.start)


def _fact(size: str, period: Window, bought: Sequence[Bought], conventions: Conventions) -> Iterator[Fact]:
    reach, known = _reach(period), [order for order in bought if order.place[0] < period.end]
    started = any(period.start - reach <= order.place[0] < period.start for order in known)
    ended = any(period.end - reach <= order.place[0] for order in known)
    if not (started or ended):
        return
    first = known[0].place[0]
    stayed = ended and not period.start <= first
    number = conventions.number(size)
    usual: Sample = ((number, int(started), int(stayed)),)
    both: Sample = ((number, int(started), int(started and ended)),)
    recurring = usual if _recurs(known, period.end) else None
    yield RETENTION.name, period.start, (known[-1].region,), (usual, recurring, both)


def _recurs(known: Sequence[Bought], end: int) -> bool:
    """Whether his need recurs, by what is known at the end: by a flag, or without any by two entries."""
    flagged = any(order.flagged_since is not None and order.flagged_since < end for order in known)
    if flagged:
        return any(order.recurring_since is not None and order.recurring_since < end for order in known)
    return len(known) >= 2
