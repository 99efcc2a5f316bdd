"""Log lines as text or as JSON, with the place in Kafka that they are about."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Literal

import orjson

from streams.units import rfc3339

TEXT = "%(asctime)s %(levelname)s %(name)s %(message)s"
LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING}

_place: ContextVar[dict[str, Any] | None] = ContextVar("place", default=None)


@contextmanager
def at(**place: Any) -> Iterator[None]:
    """Have each line that is logged in here tell the place: stage, topic, partition, `offset` to `next_offset`."""
    token = _place.set({**(_place.get() or {}), **place})
    try:
        yield
    finally:
        _place.reset(token)


class JsonFormatter(logging.Formatter):
    """One JSON object a line; `fields` stand in each of them."""

    def __init__(self, **fields: Any) -> None:
        super().__init__()
        self._fields = {name: value for name, value in fields.items() if value is not None}

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        line: dict[str, Any] = {
            "time": rfc3339(int(record.created * 1000)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **self._fields,
            **(_place.get() or {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()


def set_up(shape: Literal["text", "json"], level: str, **fields: Any) -> None:
    """Log to standard error, in this process."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter(**fields) if shape == "json" else logging.Formatter(TEXT))
    logging.basicConfig(level=LEVELS[level], handlers=[handler], force=True)
