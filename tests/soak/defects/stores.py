"""Wrong recovery and wrong local stores; a worker that talks too much, or keeps too much."""

import time
from typing import Any

from tests.soak.defect import defect

PIECE = 50
"""Rows."""
PIECE_SECONDS = 0.05
HOARD = 4 << 20
"""Bytes each quarter of a second."""


@defect("recovery counts records, not offsets: it waits for those that compaction removed")
def records_for_offsets() -> None:
    from streams.worker.table import StateTable

    restore = StateTable.restore

    def counting(self: StateTable, tp: Any, drained: Any) -> None:
        rows = self.rows(tp.partition)
        at = -1 if rows.offset is None else rows.offset
        restore(self, tp, drained._replace(next=at + 1 + len(drained.records)))

    StateTable.restore = counting  # type: ignore[method-assign]


@defect("a local store writes in pieces, the offset first and the position before what it stands for")
def torn_store() -> None:
    from streams.worker.stores import RocksRows

    apply = RocksRows.apply

    def torn(self: RocksRows, rows: Any, offset: int) -> None:
        left = list(rows)[::-1]
        apply(self, [], offset)
        while left:
            time.sleep(PIECE_SECONDS)
            apply(self, left[:PIECE], offset)
            del left[:PIECE]

    RocksRows.apply = torn  # type: ignore[method-assign]


@defect("a local store that cannot write goes on without saying so")
def write_errors_ignored() -> None:
    from streams.worker.stores import RocksRows

    apply = RocksRows.apply

    def deaf(self: RocksRows, rows: Any, offset: int) -> None:
        try:
            apply(self, rows, offset)
        except Exception:
            self.offset = offset

    RocksRows.apply = deaf  # type: ignore[method-assign]


@defect("a local store that is broken stays as it is")
def broken_stores_kept() -> None:
    from streams.worker import table
    from streams.worker.stores import RocksRows

    setattr(table, "open_rows", RocksRows)  # noqa: B010 - not one of its names


@defect("rows of the local store are taken for what was written, whatever they are")
def no_checksums() -> None:
    from streams.worker.stores import RocksRows

    def trusting(self: RocksRows, key: bytes, sealed: bytes) -> bytes:  # noqa: ARG001
        return sealed[4:]

    RocksRows._opened = trusting  # type: ignore[method-assign]


@defect("Kafka's clients log whatever they like")
def loud() -> None:
    from streams.worker import logs

    setattr(logs, "quiet", lambda *_: None)  # noqa: B010 - of another signature


@defect("a worker keeps more and more, whether there is something to do or not")
def hoarding() -> None:
    from streams.worker.service import Service

    pulse = Service._pulse
    kept: list[bytes] = []

    async def keep(self: Service) -> None:
        kept.append(b"x" * HOARD)
        await pulse(self)

    Service._pulse = keep  # type: ignore[method-assign]
