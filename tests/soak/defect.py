"""A planted defect: a name, what is wrong, and the patch that makes it so."""

from collections.abc import Callable
from typing import NamedTuple

Plant = Callable[[], None]


class Defect(NamedTuple):
    """`plant` patches the product in this process, before its command line runs."""

    says: str
    plant: Plant


DEFECTS: dict[str, Defect] = {}


def defect(says: str) -> Callable[[Plant], Plant]:
    """Register a function that plants a defect, under its own name."""

    def register(plant: Plant) -> Plant:
        DEFECTS[plant.__name__] = Defect(says, plant)
        return plant

    return register
