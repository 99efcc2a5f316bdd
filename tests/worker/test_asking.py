"""Questions are asked until they are answered, unless the cluster has said no."""

from collections.abc import Awaitable, Callable

import pytest
from aiokafka.errors import (
    KafkaConnectionError,
    KafkaError,
    KafkaTimeoutError,
    NotLeaderForPartitionError,
    OutOfOrderSequenceNumber,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailed,
)

from streams.worker.asking import answered, refused


def asking(errors: list[KafkaError]) -> Callable[[], Awaitable[int]]:
    """A cluster that first answers with each of these errors."""
    left = list(errors)

    async def ask() -> int:
        if left:
            raise left.pop(0)
        return 7

    return ask


async def test_what_passes_by_is_waited_for() -> None:
    assert await answered(asking([KafkaConnectionError(), KafkaTimeoutError(), NotLeaderForPartitionError()])) == 7


@pytest.mark.parametrize("error", [TopicAuthorizationFailedError(), OutOfOrderSequenceNumber()])
async def test_what_stays_as_it_is_is_raised(error: KafkaError) -> None:
    with pytest.raises(type(error)):
        await answered(asking([KafkaConnectionError(), error]))


def test_only_a_no_is_a_refusal() -> None:
    assert refused(TransactionalIdAuthorizationFailed())
    assert not refused(KafkaConnectionError())
