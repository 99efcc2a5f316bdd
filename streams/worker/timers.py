"""What a worker does again and again, and whether one of these actions takes for ever."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable, Mapping

from streams.worker.watchdog import Stage

LONGEST_REST = 2.0
"""Seconds: an action that rests in proportion to the time it takes never rests longer."""

Action = Callable[[], Awaitable[None]]
Failed = Callable[[BaseException], None]
Clock = Callable[[], float]
"""Seconds since some instant."""


def no_mark() -> Hashable:
    """An action whose only progress is its end."""
    return None


class Timers:
    """Repeats actions until `stop`; what goes wrong in one is told to `failed`, and the action goes on."""

    def __init__(self, failed: Failed) -> None:
        self._failed = failed
        self._stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._stages: dict[str, Stage] = {}
        self._marks: dict[str, Callable[[], Hashable]] = {}

    def every(
        self,
        seconds: float,
        action: Action,
        rest: float = 0,
        mark: Callable[[], Hashable] = no_mark,
        spent: Clock = time.monotonic,
    ) -> None:
        """Do it again and again, `seconds` apart, or `rest` times as long as it took by the clock `spent`.

        `mark` is another value after any progress within the action.
        """
        name = action.__qualname__ if hasattr(action, "__qualname__") else repr(action)
        self._marks[name] = mark
        self._tasks.append(asyncio.ensure_future(self._repeat(name, seconds, action, rest, spent)))

    async def stop(self) -> None:
        """Begin nothing more, and wait for what is under way: a flush is not cut off."""
        self._stopping.set()
        await asyncio.gather(*self._tasks)

    def stages(self) -> Mapping[str, Stage]:
        """For the watchdog: which actions are under way, since when, and how far."""
        return {name: Stage(stage.busy, (stage.mark, self._marks[name]())) for name, stage in self._stages.items()}

    async def _repeat(self, name: str, seconds: float, action: Action, rest: float, spent: Clock) -> None:
        pause = seconds
        while not await self._stops_within(pause):
            started, before = time.monotonic(), spent()
            self._stages[name] = Stage(True, started)
            try:
                await action()
            except Exception as error:
                self._failed(error)
            self._stages[name] = Stage(False, started)
            pause = max(seconds, min(LONGEST_REST, rest * (spent() - before)))

    async def _stops_within(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return False
        return True
