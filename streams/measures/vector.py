"""The state of every aggregate: a sparse vector of integers.

A vector maps a component to a non-zero integer. It forms a commutative group under addition, with `{}` as zero, so
partial states merge in any order and a contribution can be taken back. Merging and taking back are shared by all
aggregates and live only here.
"""

from collections.abc import Iterable

Vector = dict[int, int]


def add(into: Vector, parts: Iterable[tuple[int, int]], sign: int = 1) -> None:
    """Add `sign` times the parts to `into`, in place; components that become 0 leave.

    >>> v = {1: 2}
    >>> add(v, [(1, 2), (3, 1)], -1); v
    {3: -1}
    """
    get = into.get
    for component, amount in parts:
        total = get(component, 0) + sign * amount
        if total:
            into[component] = total
        else:
            into.pop(component, None)


def merged(left: Vector, right: Vector) -> Vector:
    """The sum of two vectors, as a new one."""
    total = dict(left)
    add(total, right.items())
    return total


def difference(new: Vector, old: Vector) -> Vector:
    """`new - old`: what has to be added to `old` to get `new`."""
    delta = dict(new)
    add(delta, old.items(), -1)
    return delta
