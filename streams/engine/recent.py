"""What stays decoded beside the rows: what was used last."""

from collections.abc import Iterable
from itertools import islice
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


def let_go(held: dict[K, V], used: Iterable[K], keep: int) -> None:
    """Forget what was used longest ago, of more than `keep`; `used` are those of now.

    All of them together: deleting the first key of a dictionary again and again walks over all deleted before.

    >>> held = {"a": 1, "b": 2, "c": 3}
    >>> let_go(held, ["a"], 2)
    >>> held
    {'c': 3, 'a': 1}
    """
    for key in used:
        held[key] = held.pop(key)
    for key in list(islice(held, max(0, len(held) - keep))):
        del held[key]
