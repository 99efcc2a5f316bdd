"""Retention: what a customer is to each calendar month and quarter that has ended [R39, R49].

With S customers active at the start of a period, E active at its end and A new ones inside, retention is (E − A) / S.
Active means an order entered in the K ms before, K = max(90 days, length of the period).
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from streams.cases.counting import Counting, Window
from streams.cases.digests import Bought
from streams.cases.facts import RETENTION, Fact
from streams.units import DAY

ACTIVE = 90 * DAY


def retention(bought: Sequence[Bought], asof: int, counting: Counting) -> tuple[list[Fact], int | None]:
    """The facts of all periods that have ended by `asof`, and the instant at which the next one ends, if one will.

    `bought` are a customer's orders in their order, one at least.
    """
    facts: list[Fact] = []
    wakes: list[int] = []
    instants = [order.place[0] for order in bought]
    for number, size in counting.periods:
        first = counting.window(size, instants[0])
        if first.end > asof:
            wakes.append(first.end - 1)
            continue
        for period, known in _periods(size, instants, counting):
            if period.end > asof:
                wakes.append(period.end - 1)
                break
            facts.append(_fact(number, period, bought, instants[:known]))
    return facts, min(wakes, default=None)


def _periods(size: str, instants: Sequence[int], counting: Counting) -> Iterator[tuple[Window, int]]:
    """Every period in which he orders, or starts being active, and how many of his orders are entered by its end."""
    period = counting.window(size, instants[0])
    while True:
        known = bisect_left(instants, period.end)
        if instants[known - 1] >= period.start - _reach(period):
            yield period, known
            period = counting.window(size, period.end)
        elif known < len(instants):
            period = counting.window(size, instants[known])
        else:
            return


def _reach(period: Window) -> int:
    return max(ACTIVE, period.end - period.start)


def _fact(number: int, period: Window, bought: Sequence[Bought], known: Sequence[int]) -> Fact:
    """What the customer is to a period in which he is active, at its start or its end; `known` his entries by then."""
    start, end, reach = period.start, period.end, _reach(period)
    before = bisect_left(known, start)
    started = before > 0 and known[before - 1] >= start - reach
    ended = known[-1] >= end - reach
    usual = ((number, int(started), int(ended and known[0] < start)),)
    both = ((number, int(started), int(started and ended)),)
    recurring = usual if _recurs(bought, len(known), end) else None
    return RETENTION.name, start, (bought[len(known) - 1].region,), (usual, recurring, both)


def _recurs(bought: Sequence[Bought], entries: int, end: int) -> bool:
    """Whether his need recurs, by what is known at the end: by a flag, or without any by two entries."""
    if any(order.flagged_since is not None and order.flagged_since < end for order in bought):
        return any(order.recurring_since is not None and order.recurring_since < end for order in bought)
    return entries >= 2
