"""Faust's table recovery, made safe against slow steps, against rebalances that follow closely, and watched."""

import logging
import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, Protocol, cast

from faust.tables.manager import TableManager
from faust.tables.recovery import RebalanceAgain, Recovery
from faust.types import TP
from mode import Service

from streams.worker.asking import answered
from streams.worker.logs import framework

SAY_SECONDS = 5.0
"""Between lines that tell how far a recovery is."""

log = logging.getLogger(__name__)


class Claimant(Protocol):
    """A table that has to be the only writer of its changelog before it reads it."""

    async def claim(self, partitions: set[int]) -> None:
        """Shut out whoever wrote there before."""
        ...


class StateRecovery(Recovery):  # type: ignore[misc]
    """Reads changelogs from where the stores are. The consumer applies the records (`StateTable.restore`).

    Faust's own recovery takes the end of the one before for its own if that was less than five seconds ago, goes on
    from offsets of a generation before, stops for ever after a step that takes longer than a request may, and ends the
    worker when the broker is away. Before the ends of the changelogs are asked for, the partitions are claimed: nothing
    is appended after that end but by this worker.
    """

    logger = framework

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.rows = 0
        """Read since the recovery began."""
        self._steps = 0
        self._began = time.monotonic()

    async def _wait(self, coro: Any, timeout: Any = None) -> None:  # noqa: ARG002
        self._steps += 1
        await super()._wait(coro)

    def _set_recovery_started(self) -> None:
        super()._set_recovery_started()
        self.signal_recovery_end.clear()

    async def on_rebalance(
        self, assigned: set[TP], revoked: set[TP], newly_assigned: set[TP], generation_id: int = 0
    ) -> None:
        """Begin anew: what the stores contain is all that counts."""
        self.active_offsets.clear()
        self.active_highwaters.clear()
        self.rows, self._began = 0, time.monotonic()
        await super().on_rebalance(assigned, revoked, newly_assigned, generation_id)

    async def _build_highwaters(self, consumer: Any, tps: set[TP], destination: Any, title: str) -> None:
        tables = {self.tp_to_table[tp] for tp in tps}
        for table in tables:
            own = {tp.partition for tp in tps if self.tp_to_table[tp] is table}
            await cast(Claimant, table).claim(own)
        await _asked(super()._build_highwaters, consumer, tps, destination, title)

    async def _build_offsets(self, consumer: Any, tps: set[TP], destination: Any, title: str) -> None:
        """Begin where the stores are: one that could not be caught up has been emptied since the rebalance."""
        for tp in tps:
            destination[tp] = self.tp_to_table[tp].persisted_offset(tp)
        await _asked(super()._build_offsets, consumer, tps, destination, title)

    async def _seek_offsets(self, consumer: Any, tps: set[TP], offsets: Any, title: str) -> None:
        """Seek; what was read before has no say in where the recovery ends."""
        await super()._seek_offsets(consumer, tps, offsets, title)
        self.signal_recovery_end.clear()
        if self.need_recovery():
            log.info("recovering %s: %s rows to read", _count(len(tps), "partition"), f"{self.remaining:,}")

    def advance(self, tp: TP, reached: int, rows: int = 0) -> None:
        """Note that a store contains its changelog up to an offset; end the recovery with the last of them."""
        self.rows += rows
        self.active_offsets[tp] = max(reached, self.active_offsets[tp] or -1)
        if not self.need_recovery():
            self._set_recovery_ended()
            self.signal_recovery_end.set()

    async def on_recovery_completed(self, generation_id: int = 0) -> None:
        """Let events pass, unless something is missing."""
        if self.need_recovery():
            self.begin_again()
            raise RebalanceAgain
        if self.rows:
            log.info("recovered: %s rows in %.1f s, %s rows/s", f"{self.rows:,}", self._lasted, f"{self.rate:,.0f}")
        await super().on_recovery_completed(generation_id)

    def begin_again(self) -> None:
        """Cut off the recovery that is under way, and start it from what the stores contain."""
        self._began = time.monotonic()
        self.rows = 0
        self.signal_recovery_start.set()

    # --- how far it is

    @property
    def remaining(self) -> int:
        """Changelog offsets still to be read."""
        return sum(left for left in self.active_remaining().values() if left > 0)

    @property
    def _lasted(self) -> float:
        return time.monotonic() - self._began

    @property
    def rate(self) -> float:
        """Rows a second since it began."""
        return self.rows / max(self._lasted, 1e-3)

    @property
    def mark(self) -> Hashable:
        """Another value after any progress."""
        return self._steps, self.rows, self.remaining

    @Service.task  # type: ignore[untyped-decorator]
    async def _publish_stats(self) -> None:
        """Tell how far it is, where it has moved: while a broker is away there is nothing new to say."""
        told = 0, 0
        while not self.should_stop:
            await self.sleep(SAY_SECONDS)
            now = self.rows, self.remaining
            if self.in_recovery and now != told and not self.should_stop:
                told = now
                log.info(
                    "recovering: %s rows read, %s rows/s, %s to go",
                    *(f"{number:,.0f}" for number in (self.rows, self.rate, self.remaining)),
                )

    @Service.task  # type: ignore[untyped-decorator]
    async def _slurp_changelogs(self) -> None:
        """No changelog record comes through a queue."""
        await self._stopped.wait()


async def _asked(ask: Callable[..., Awaitable[None]], *arguments: Any) -> None:
    await answered(lambda: ask(*arguments))


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


class Tables(TableManager):  # type: ignore[misc]
    """Faust's table manager with our recovery, and without its second of sleep at the start."""

    logger = framework

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, **options)
        self._recovery = StateRecovery(app, self, beacon=self.beacon)

    async def on_start(self) -> None:
        """Register the tables, start recovery."""
        await self._update_channels()
        await self.recovery.start()
