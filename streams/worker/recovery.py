"""Faust's table recovery, made safe against slow steps and against rebalances that follow closely on each other."""

from typing import Any

from faust.tables.manager import TableManager
from faust.tables.recovery import Recovery
from faust.types import TP
from mode import Service


class StateRecovery(Recovery):  # type: ignore[misc]
    """Reads changelogs from where the stores are. The consumer applies the records (`StateTable.restore`).

    Faust's own recovery takes the end of the one before for its own if that was less than five seconds ago, goes on
    from offsets of a generation before, and stops for ever after a step that takes longer than a request may.
    """

    async def _wait(self, coro: Any, timeout: Any = None) -> None:  # noqa: ARG002
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
        await super().on_rebalance(assigned, revoked, newly_assigned, generation_id)

    def advance(self, tp: TP, reached: int) -> None:
        """Note that a store contains its changelog up to an offset; end the recovery with the last of them."""
        self.active_offsets[tp] = max(reached, self.active_offsets[tp] or -1)
        if not self.need_recovery():
            self._set_recovery_ended()
            self.signal_recovery_end.set()

    @Service.task  # type: ignore[untyped-decorator]
    async def _slurp_changelogs(self) -> None:
        """No changelog record comes through a queue."""
        await self._stopped.wait()


class Tables(TableManager):  # type: ignore[misc]
    """Faust's table manager with our recovery, and without its second of sleep at the start."""

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, **options)
        self._recovery = StateRecovery(app, self, beacon=self.beacon)

    async def on_start(self) -> None:
        """Register the tables, start recovery."""
        await self._update_channels()
        await self.recovery.start()
