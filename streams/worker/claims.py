"""Becoming the only writer of a partition: the broker itself shuts out whoever wrote there before.

A worker that was suspended does not know that its partitions have gone. So a partition has a producer identity of its
own, a transactional id, which the new owner takes over with a higher epoch. A broker refuses what comes with a lower
epoch than the partition has seen: from the new owner's first record on, nobody else's is taken. No transaction is ever
begun: an idempotent producer that got its identity in this way is all that is needed.
"""

import asyncio
import logging

from aiokafka.errors import KafkaError
from aiokafka.producer.transaction_manager import TransactionManager

from streams.worker.asking import FIRST_PAUSE, LONGEST_PAUSE, refused
from streams.worker.pen import Identity, Wire

UNUSED_MS = 10_000
"""Of a transaction, had we any."""

RENEW_SECONDS = 24 * 3600.0
"""A claim is made anew after so long: a cluster forgets a transactional id after a week by default."""

log = logging.getLogger(__name__)


async def claim(wire: Wire, name: str) -> Identity:
    """Take the identity of this name over; a broker that is away is waited for.

    Where the new holder has written a record, the broker refuses all earlier holders.

    Raises:
        aiokafka.errors.KafkaError: the cluster does not let this worker use the transactional id.
    """
    pause = FIRST_PAUSE
    while True:
        try:
            return await _claim(wire, name)
        except KafkaError as error:
            if refused(error):
                raise
            log.log(logging.WARNING if pause == LONGEST_PAUSE else logging.DEBUG, "claiming %s: %r", name, error)
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


async def _claim(wire: Wire, name: str) -> Identity:
    holder = TransactionManager(name, UNUSED_MS)
    sender = wire.sender(holder, wire.queue(holder))
    await sender.start()  # asks the coordinator for the next epoch
    sender.sender_task.cancel()
    return Identity(holder.producer_id, holder.producer_epoch)
