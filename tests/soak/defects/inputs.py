"""Wrong intake: acked too soon, counted wrongly, sent to the wrong partition."""

import asyncio
from typing import Any

from tests.soak.defect import defect

LATE = 0.5
"""Seconds that a slow broker may take."""


@defect("intake acks a batch before the journal has it")
def ack_before_acknowledge() -> None:
    from streams.worker.intake import Intake

    write = Intake._write

    async def hasty(self: Intake, batch: Any, *rest: Any) -> None:
        batch.ack()
        await asyncio.sleep(LATE)
        await write(self, batch, *rest)

    Intake._write = hasty  # type: ignore[method-assign, assignment]


@defect("records that are refused are dropped without a dead letter")
def letters_lost() -> None:
    from streams.worker.intake import Intake

    sort = Intake._sort

    def careless(self: Intake, topic: str, batch: Any) -> Any:
        entries, _ = sort(self, topic, batch)
        return entries, []

    Intake._sort = careless  # type: ignore[method-assign]


@defect("events of the future are accepted")
def future_accepted() -> None:
    from streams.worker.intake import Intake

    def never(self: Intake) -> int:  # noqa: ARG001
        return 1 << 62

    Intake._not_after = never  # type: ignore[method-assign]


@defect("customers go to partitions by Python's hash, which each process salts anew")
def salted_partitions() -> None:
    from streams.worker import intake

    setattr(intake, "partition_of", lambda key, count: hash(key) % count)  # noqa: B010 - not one of its names
