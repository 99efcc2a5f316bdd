"""What Kafka's clients log, held down: an unreachable broker makes them say so thousands of times a second."""

import logging
from collections.abc import Callable

LIBRARIES = ("aiokafka", "faust", "mode", "asyncio")
BURST = 4
"""Records of the libraries that pass in each `WINDOW`, each of another kind."""
WINDOW = 60.0
"""Seconds."""

framework = logging.getLogger("mode.worker")
"""For what Faust and mode say in the name of our own services: `Service.logger`."""

Notice = Callable[[], None]


class Throttle(logging.Handler):
    """Takes what the libraries log; passes little of it on, and counts the rest.

    A record passes once in a `WINDOW`, and at most `BURST` pass in all; while `hold` is set none does. Tracebacks are
    left out: what ends the worker is logged by the worker itself.
    """

    def __init__(self) -> None:
        super().__init__()
        self.hold = False
        self.notice: Notice = nobody
        """Told of each record of aiokafka: most of them tell that a broker does not answer."""
        self._since = float("-inf")
        self._passed: set[tuple[str, str]] = set()
        self._left_out = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Pass a record on to the root logger, or not."""
        if record.name.startswith("aiokafka") and record.levelno >= logging.WARNING:
            self.notice()
        if self._passes(record):
            record.exc_info = record.exc_text = None
            logging.getLogger().handle(record)
        else:
            self._left_out += 1

    def _passes(self, record: logging.LogRecord) -> bool:
        if record.created - self._since >= WINDOW:
            self._since = record.created
            self._passed.clear()
        kind = record.name, str(record.msg)
        if self.hold or kind in self._passed or len(self._passed) >= BURST:
            return False
        self._passed.add(kind)
        return True

    def take_left_out(self) -> int:
        """How many records did not pass since the last call."""
        count, self._left_out = self._left_out, 0
        return count


def nobody() -> None:
    """Nobody listens."""


throttle = Throttle()
"""Of this process: the libraries' loggers are the process's too."""


def quiet(level: int = logging.WARNING) -> None:
    """Have all that the libraries log at or above the level go through the throttle."""
    for name in LIBRARIES:
        logger = logging.getLogger(name)
        logger.setLevel(level)
        logger.propagate = False
        if throttle not in logger.handlers:
            logger.addHandler(throttle)
