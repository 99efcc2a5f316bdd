"""Stages that stand still although they have something to do: restarted once, then given up."""

from collections.abc import Hashable, Mapping
from enum import Enum
from typing import NamedTuple

PROBATION = 5
"""Times the patience: a stage that stands still so soon after a restart is not helped by another."""


class Stage(NamedTuple):
    """Whether a stage has something to do, and a mark that is another after any progress."""

    busy: bool
    mark: Hashable


class Verdict(Enum):
    """What to do about stages that stand still."""

    RESTART = "restart"
    GIVE_UP = "give up"


class Watchdog:
    """Looks at stages again and again; instants are monotonic seconds, and arguments.

    A stage stands still when it was busy under the same mark for `patience` seconds.
    """

    def __init__(self, patience: float) -> None:
        self.patience = patience
        self.restarts = 0
        self._seen: dict[str, tuple[Hashable, float]] = {}
        self._restarted_at = float("-inf")
        self._looked_at = float("inf")

    def look(self, stages: Mapping[str, Stage], now: float) -> tuple[Verdict | None, list[str]]:
        """What to do, and which stages stand still."""
        if now - self._looked_at > self.patience / 2:
            self.forgive()  # nothing could move while nobody looked, as after a SIGSTOP
        self._looked_at = now
        self._seen = {name: seen for name, seen in self._seen.items() if name in stages}
        still = [name for name, stage in stages.items() if self._stands_still(name, stage, now)]
        if not still:
            return None, still
        self.forgive()
        if now - self._restarted_at < PROBATION * self.patience:
            return Verdict.GIVE_UP, still
        self._restarted_at, self.restarts = now, self.restarts + 1
        return Verdict.RESTART, still

    def forgive(self) -> None:
        """Begin to wait anew: there is a good reason why nothing moves."""
        self._seen.clear()

    def _stands_still(self, name: str, stage: Stage, now: float) -> bool:
        mark, since = self._seen.get(name, (None, now))
        if not stage.busy or name not in self._seen or mark != stage.mark:
            self._seen[name] = stage.mark, now
            return False
        return now - since >= self.patience
