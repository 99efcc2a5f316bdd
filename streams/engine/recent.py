"""What stays decoded beside the rows: what was used last."""

from collections.abc import Callable, Container, Iterable
from itertools import islice
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")
S = TypeVar("S")


class Recent(Generic[V, S]):
    """Decoded things by name, and which of them the next flush writes.

    What is to be written stays until then, as it is or, where more than `keep` would be decoded, shelved: as what is
    written of it, and no more.
    """

    def __init__(self) -> None:
        self.decoded: dict[str, V] = {}
        self.shelved: dict[str, S] = {}
        self.dirty: dict[str, None] = {}

    def change(self, names: Iterable[str], keep: int) -> None:
        """These are to be written; the others make room for them."""
        self.dirty.update(dict.fromkeys(names))
        make_room(self.decoded, self.dirty, keep)

    def shelve(self, name: str, keep: int, shelved: Callable[[str], S]) -> None:
        """Shelve one that is decoded, where too many are."""
        if len(self.decoded) > keep:
            self.shelved[name] = shelved(name)
            del self.decoded[name]

    def written(self, keep: int) -> Iterable[V]:
        """All are written: about `keep` stay decoded. Gives what was written of those that were."""
        clean = {name: self.decoded[name] for name in self.dirty if name not in self.shelved}
        let_go(self.decoded, clean, keep)
        self.dirty.clear()
        self.shelved.clear()
        return clean.values()


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
