"""The scenarios, a file for each family; importing this registers them all, in the order of the table."""

from tests.soak.scenarios import kill, join, rebalances, offsets, zombie, broker, intake  # noqa: F401, I001 - table's order
from tests.soak.scenarios import compaction, disks, poison, plateau, variations, journal  # noqa: F401
from tests.soak.scenario import SCENARIOS

__all__ = ["SCENARIOS"]
