"""Events into the input topics at a steady pace, in a thread of its own."""

import threading
import time
from collections.abc import Sequence
from typing import Any

from confluent_kafka import KafkaError, Producer

from streams.events.lines import Line

STEP = 0.02
"""Seconds between portions."""
LARGEST = 2 << 20
PATIENCE_MS = 300_000
"""A broker may be away for so long before a record counts as lost."""


class Feeder:
    """Sends lines within `seconds`, or as fast as it goes for 0."""

    def __init__(self, bootstrap: str, prefix: str, lines: Sequence[Line], seconds: float) -> None:
        self._prefix, self._lines, self._seconds = prefix, lines, seconds
        self._producer = Producer(
            {
                "bootstrap.servers": bootstrap,
                "log_level": 0,
                "linger.ms": 5,
                "enable.idempotence": True,
                "message.max.bytes": LARGEST,
                "message.timeout.ms": PATIENCE_MS,
            }
        )
        self._refused: list[KafkaError] = []
        self._stop = threading.Event()
        self.sent = 0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def done(self) -> bool:
        """Whether everything is sent and acknowledged. Raises what the broker refused."""
        if self._refused:
            raise RuntimeError(f"an event was not taken: {self._refused[0]}")
        return not self._thread.is_alive()

    def join(self) -> None:
        """Wait until everything is sent and acknowledged."""
        self._thread.join()
        assert self.done

    def close(self) -> None:
        """Send no more."""
        self._stop.set()
        self._producer.purge()
        self._thread.join()

    def _run(self) -> None:
        began = time.monotonic()
        for number, line in enumerate(self._lines):
            while number > self._due(time.monotonic() - began) and not self._stop.is_set():
                self._producer.poll(STEP)
            if self._stop.is_set():
                return
            self._send(line)
        while self._producer.flush(STEP) and not self._stop.is_set():
            pass

    def _due(self, elapsed: float) -> float:
        return len(self._lines) * elapsed / self._seconds if self._seconds else len(self._lines)

    def _send(self, line: Line) -> None:
        key = None if line.key is None else str(line.key)
        while not self._stop.is_set():
            try:
                self._producer.produce(
                    self._prefix + line.topic,
                    bytes(line.value),
                    key,
                    headers=line.record_headers,
                    on_delivery=self._delivered,
                )
            except BufferError:
                self._producer.poll(STEP)
            else:
                self.sent += 1
                return

    def _delivered(self, error: KafkaError | None, _: Any) -> None:
        if error is not None and not self._stop.is_set():
            self._refused.append(error)
