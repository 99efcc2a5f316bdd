"""What the HTTP side needs of a worker."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Protocol

from streams.engine.stories import Question
from streams.exports.collector import Registry
from streams.kpis.model import Kpi
from streams.windows.sizes import Calendar

Listener = Callable[[bytes, bytes | None], None]
"""Is told the key and the value of a kpi-values record; no value where a window became empty."""


class View(Protocol):
    """A worker as its readers see it; all but `explain` and `open` answer at once, from memory."""

    @property
    def registry(self) -> Registry:
        """What `/metrics` shows."""

    @property
    def kpis(self) -> Mapping[str, Kpi]:
        """The catalogue, in its order."""

    @property
    def calendar(self) -> Calendar:
        """The windows of the configured zone."""

    def latest(self) -> Iterable[bytes]:
        """The latest kpi-values records of the whole fleet, as JSON."""

    def listen(self, callback: Listener) -> None:
        """Have each record told that arrives on kpi-values from now on."""

    def unlisten(self, callback: Listener) -> None:
        """The inverse of `listen`."""

    def alive(self) -> bool:
        """Whether the process does its work."""

    def ready(self) -> dict[str, Any]:
        """`ready`, and `why` not, in words; as JSON."""

    def positions(self) -> dict[str, Any]:
        """Where the stages stand in their topics; as JSON."""

    def open(self) -> Awaitable[dict[str, Any]]:
        """What is open now over everything, fleet-wide, in all and by clock; as JSON."""

    def explain(self, question: Question, limit: int) -> Awaitable[dict[str, Any]]:
        """The cases behind a value, as far as this worker holds them, without keeping other work waiting; as JSON."""
