"""What a customer brings and costs in each window: the margin of his orders, at their entry, and every cost."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from streams.cases.counting import Counting, counted
from streams.cases.digests import Bought, Digest
from streams.cases.facts import PROFIT, Fact
from streams.names import ALL
from streams.units import MILLIONTHS


class Entry(msgspec.Struct, frozen=True, gc=False):
    """Something earned or spent; amounts in millionths of a minor unit."""

    at: int
    region: str
    margin: int
    cost: int
    ordered: bool = False


class Balance(msgspec.Struct, gc=False):
    """The entries of one window, added up."""

    first: int
    """The instant of the first of them, in ms."""
    margin: int = 0
    cost: int = 0
    orders: int = 0

    @property
    def value(self) -> int:
        """What the customer brought above what he cost."""
        return self.margin - self.cost


def entries(digests: Iterable[Digest]) -> list[Entry]:
    """Everything that was earned from a customer and spent on him, in order of time."""
    found: list[Entry] = []
    for digest in digests:
        if type(digest) is Bought:
            found.append(Entry(digest.place[0], digest.region, digest.margin * MILLIONTHS, 0, ordered=True))
        for at, whole, fine in digest.costs:
            found.append(Entry(at, digest.region, 0, whole * MILLIONTHS + fine))
    found.sort(key=lambda one: one.at)
    return found


def balances(kept: Sequence[Entry], counting: Counting) -> dict[tuple[int, int], Balance]:
    """The balance of each window that has an entry, by the number of its size and its start in ms."""
    found: dict[tuple[int, int], Balance] = {}
    for entry in kept:
        for window in counting.places(entry.at):
            balance = found.get(window)
            if balance is None:
                balance = found[window] = Balance(entry.at)
            balance.margin += entry.margin
            balance.cost += entry.cost
            balance.orders += entry.ordered
    return found


def profits(kept: Sequence[Entry], counting: Counting) -> Iterator[Fact]:
    """Whether he brought more than he cost in each window, of all and of each region."""
    of_all = list(_weighed(ALL, kept, counting))
    yield from of_all
    regions = dict.fromkeys([entry.region for entry in kept])
    if len(regions) == 1:  # as nearly always: the same again
        scope = (f"region={kept[0].region}",)
        yield from ((kind, at, scope, told) for kind, at, _, told in of_all)
        return
    for region in regions:
        yield from _weighed(f"region={region}", [entry for entry in kept if entry.region == region], counting)


def _weighed(scope: str, kept: Sequence[Entry], counting: Counting) -> Iterator[Fact]:
    """A fact at the first entry of some window, for the sizes of those windows."""
    if kept and counting.together(kept[0].at, kept[-1].at):  # as mostly: few cases, on one day
        profitable = sum([entry.margin - entry.cost for entry in kept]) > 0
        yield PROFIT.name, kept[0].at, (scope,), (counted(counting.numbers, int(profitable)),)
        return
    at_firsts: dict[int, list[tuple[int, int, int]]] = {}
    for (size, _), balance in balances(kept, counting).items():
        at_firsts.setdefault(balance.first, []).append((size, 1, int(balance.value > 0)))
    for at, samples in at_firsts.items():
        yield PROFIT.name, at, (scope,), (tuple(samples),)
