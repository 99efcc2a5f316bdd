"""What a customer is worth in each window, to be told of him: margin, cost, and what the next window may bring."""

from collections.abc import Iterable, Sequence
from itertools import accumulate

import msgspec

from streams.cases.counting import Counting, Valuing
from streams.cases.digests import Bought, Digest
from streams.cases.profits import Entry, entries
from streams.names import UNKNOWN
from streams.units import MILLIONTHS, half_even

WindowKey = tuple[str, int, int]
"""Size, start and end of a window, in ms."""


class Worth(msgspec.Struct, frozen=True, gc=False):
    """What a customer brought and cost in a window, in minor units of the reporting currency, half-even."""

    region: str
    """Of his latest entry before the window's end."""
    margin: int
    cost: int
    outlook: int | None
    """What the next equal window is to be expected to bring; None where he has not ordered by its end."""
    final: bool


def worths(digests: Iterable[Digest], asof: int, counting: Counting, valuing: Valuing) -> dict[WindowKey, Worth]:
    """His worth in every window that has an order or a cost, as of the watermark `asof`."""
    digests = list(digests)
    kept = entries(digests)
    values = [0, *accumulate(entry.margin - entry.cost for entry in kept)]
    orders = sorted((digest.place, digest.region) for digest in digests if type(digest) is Bought)
    found: dict[WindowKey, Worth] = {}
    for size in valuing.sizes:
        for start, end, first, last in _windows(size, kept, counting):
            inside = kept[first:last]
            before = [(place[0], region) for place, region in orders if place[0] < end]
            found[size, start, end] = Worth(
                before[-1][1] if before else UNKNOWN,
                half_even(sum([entry.margin for entry in inside]), MILLIONTHS),
                half_even(sum([entry.cost for entry in inside]), MILLIONTHS),
                _outlook(values[last], end - start, end - before[0][0]) if before else None,
                end + valuing.lateness < asof,
            )
    return found


def matures(told: Iterable[WindowKey], asof: int, valuing: Valuing) -> int | None:
    """The instant after which the next of these windows is final, in ms."""
    return min([end + valuing.lateness for _, _, end in told if end + valuing.lateness >= asof], default=None)


def _outlook(value: int, length: int, since: int) -> int:
    """All that he brought up to a window's end, by the rate of his orders since the first of them.

    That is orders for each window times value for each order, where the orders cancel out.
    """
    return half_even(value * length, since * MILLIONTHS)


def _windows(size: str, kept: Sequence[Entry], counting: Counting) -> Iterable[tuple[int, int, int, int]]:
    """Start and end of each window with entries, and which of them these are."""
    first = 0
    while first < len(kept):
        window = counting.window(size, kept[first].at)
        last = first
        while last < len(kept) and kept[last].at < window.end:
            last += 1
        yield window.start, window.end, first, last
        first = last
