"""What stays decoded beside the rows: what was used last."""

from collections.abc import Container, Iterable
from itertools import islice
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


def let_go(held: dict[K, V], used: Iterable[K], keep: int) -> None:
    """Forget what was used longest ago, of more than `keep`; `used` are those of now.

    >>> held = {"a": 1, "b": 2, "c": 3}
    >>> let_go(held, ["a"], 2)
    >>> held
    {'c': 3, 'a': 1}
    """
    for key in used:
        held[key] = held.pop(key)
    make_room(held, (), keep)


def make_room(held: dict[K, V], needed: Container[K], keep: int) -> None:
    """Forget what was used longest ago of what is not needed, as long as there is more than `keep`.

    All of them together: deleting the first key of a dictionary again and again walks over all deleted before.

    >>> held = {"a": 1, "b": 2, "c": 3}
    >>> make_room(held, {"a"}, 1)
    >>> held
    {'a': 1}
    """
    others = (key for key in held if key not in needed)
    for key in list(islice(others, max(0, len(held) - keep))):
        del held[key]
