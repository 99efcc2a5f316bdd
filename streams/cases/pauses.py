"""When a promise is due whose clock stands still while the customer is waited on [R27, R41]."""

from collections.abc import Sequence

Interval = tuple[int, int]


def due(start: int, target: int, waits: Sequence[Interval], waiting_since: int | None) -> tuple[int, bool]:
    """The deadline, and whether it is put off by a wait that still goes on; all in ms.

    `waits` ascend from `start` on and do not overlap. A wait that begins at the deadline itself still puts it off. The
    deadline of a clock that stands still is the earliest that may come.

    >>> due(0, 100, [(60, 1000)], None), due(0, 100, [(60, 1000)], 1030), due(0, 100, [(101, 300)], None)
    ((1040, False), (1040, True), (100, False))
    """
    since, left = start, target
    for begun, ended in waits:
        if begun > since + left:
            return since + left, False
        since, left = ended, left - (begun - since)
    return since + left, waiting_since is not None and waiting_since <= since + left
