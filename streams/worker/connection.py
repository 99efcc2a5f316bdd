"""aiokafka's connections, also on uvloop, and whether what keeps a client going still does.

uvloop raises a RuntimeError where something is written to a connection that the other side has just closed. aiokafka
knows asyncio, which does not; the error would end a task that nobody looks at, and the client would wait for ever.
"""

from typing import Any

from aiokafka import conn
from aiokafka.client import AIOKafkaClient
from aiokafka.conn import AIOKafkaConnection, CloseReason
from aiokafka.errors import KafkaConnectionError, KafkaError


class Connection(AIOKafkaConnection):  # type: ignore[misc]
    """Takes a write to a closed connection for what it is."""

    def send(self, request: Any, expect_response: bool = True) -> Any:
        """Send a request; the answer is to be awaited."""
        try:
            return super().send(request, expect_response)
        except KafkaError:
            raise
        except RuntimeError as error:
            raise self._lost(error) from error

    def _send_sasl_token(self, payload: Any, expect_response: bool = True) -> Any:
        try:
            return super()._send_sasl_token(payload, expect_response)
        except KafkaError:
            raise
        except RuntimeError as error:
            raise self._lost(error) from error

    def _lost(self, error: RuntimeError) -> KafkaConnectionError:
        self.close(reason=CloseReason.CONNECTION_BROKEN)
        return KafkaConnectionError(f"Connection at {self._host}:{self._port} broken: {error}")


def install() -> None:
    """Have every client of this process use such connections."""
    conn.AIOKafkaConnection = Connection


def check(client: AIOKafkaClient) -> None:
    """Raise what has ended the task that keeps a client's picture of the cluster up to date, if anything has."""
    task = client._sync_task
    if task is not None and task.done() and not task.cancelled():
        task.result()
