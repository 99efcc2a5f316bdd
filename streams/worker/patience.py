"""How long a change of a window may wait for others, so that all are published together."""

BACKLOG_SECONDS = 5.0
"""Far behind the end a partition is flushed, and windows are published, so often: both is soon outdated then."""


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
