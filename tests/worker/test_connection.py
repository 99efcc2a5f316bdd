"""Connections that the broker closes, on both event loops."""

import asyncio
from collections.abc import Callable

import pytest
import uvloop
from aiokafka.client import AIOKafkaClient
from aiokafka.conn import create_conn
from aiokafka.errors import KafkaConnectionError
from aiokafka.protocol.metadata import MetadataRequest

from streams.worker import connection
from streams.worker.embedded import EmbeddedBroker

Loop = Callable[[], asyncio.AbstractEventLoop]
LOOPS = pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop])


async def ask_on_and_on() -> None:
    """Send requests to a broker that goes away; some meet with a connection that was closed a moment ago."""
    with EmbeddedBroker() as broker:
        host, port = broker.bootstrap.split(":")
        opened = await create_conn(host, int(port))
        await opened.send(MetadataRequest([]))
        broker.close()
        while True:
            opened.send(MetadataRequest([])).close()
            await asyncio.sleep(0)


@LOOPS
@pytest.mark.filterwarnings("ignore:coroutine")
def test_a_request_after_the_end_is_a_lost_connection(loop: Loop) -> None:
    connection.install()
    with asyncio.Runner(loop_factory=loop) as runner, pytest.raises(KafkaConnectionError):
        runner.run(ask_on_and_on())


async def fail(client: AIOKafkaClient) -> None:
    raise KeyError(client)


async def test_what_ended_a_clients_own_task_is_raised() -> None:
    with EmbeddedBroker() as broker:
        client = AIOKafkaClient(bootstrap_servers=broker.bootstrap)
        connection.check(client)
        await client.bootstrap()
        connection.check(client)
        client._sync_task.cancel()
        client._sync_task = asyncio.ensure_future(fail(client))
        with pytest.raises(KeyError):
            await client._sync_task
        with pytest.raises(KeyError):
            connection.check(client)
        client._sync_task = None
        await client.close()
