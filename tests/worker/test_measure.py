"""What a worker's journal partitions have in common."""

from collections import defaultdict
from typing import Any, cast

from streams.worker.measure import DECODED, Measure
from streams.worker.settings import load as settings
from streams.worker.stats import Stats
from streams.worker.stores import MemoryRows


class Table(defaultdict[int, MemoryRows]):
    """Rows of any partition, empty at first."""

    def __init__(self) -> None:
        super().__init__(MemoryRows)
        self.rows = self.__getitem__


def test_what_stays_decoded_is_shared_out_among_the_partitions() -> None:
    config = settings(None)
    measure = Measure(config, config.terms.catalogue(), cast(Any, Table()), cast(Any, None), Stats())
    measure.assign([0])
    assert measure.held[0].engine.keep == DECODED
    measure.assign([1, 2])
    assert [held.engine.keep for held in measure.held.values()] == [DECODED // 3] * 3
