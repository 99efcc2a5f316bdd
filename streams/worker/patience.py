"""How long a change may wait for others: of a window, to be published with them; of a partition, to be flushed."""

NEAR_END = 2_000
"""Events: who has fewer before him is flushed, and publishes, by the clock."""
BACKLOG_SECONDS = 5.0
"""Far behind the end windows are published so often, and a partition is flushed no sooner: both is soon outdated."""
LONGEST = 30.0
"""Seconds that a flush waits at most."""
CATCHING_UP = 4_000
"""Events of a partition in a second: what a worker with a few partitions can be trusted to do."""


def flush_seconds(backlog: int) -> float:
    """From one flush to the next with so many events to come, in seconds: as long as reading them may take.

    A flush tells a case once, however many of its events it holds, so that a large one costs less for each.

    >>> [flush_seconds(events) for events in (1_999, 2_000, 80_000, 1_000_000)]
    [0.0, 5.0, 20.0, 30.0]
    """
    if backlog < NEAR_END:
        return 0.0
    return min(LONGEST, max(BACKLOG_SECONDS, backlog / CATCHING_UP))


class Patience:
    """Asked again and again: seconds from one publication to the next.

    >>> patience = Patience(1.0)
    >>> patience.now(behind=False, heard=7, pending=True), patience.now(behind=False, heard=7, pending=True)
    (1.0, 0.0)
    """

    def __init__(self, seconds: float) -> None:
        self._seconds, self._heard = seconds, -1

    def now(self, *, behind: bool, heard: int, pending: bool) -> float:
        """Where something is pending, and nothing more was heard of since the last call, there is no reason to wait.

        `heard` grows with whatever may change a window, `behind` tells that much of that is still to come.
        """
        lull, self._heard = heard == self._heard, heard
        if behind:
            return BACKLOG_SECONDS
        return 0.0 if lull and pending else self._seconds
