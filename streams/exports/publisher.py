"""What is published of a rollup: a new revision where a window stands otherwise, or has become final."""

from collections.abc import Iterator
from heapq import heapify, heappop, heappush
from typing import Any

import msgspec
import orjson

from streams.engine.rollup import Key, Rollup
from streams.engine.terms import Terms
from streams.exports import sized
from streams.exports.records import is_final, key_from, key_of, publication, record
from streams.kpis.model import Kpi
from streams.kpis.reading import Reading


class Last(msgspec.Struct, frozen=True):
    """What was published last of a window: its body as JSON, and of its publication."""

    body: bytes
    revision: int
    final: bool


class Publication(msgspec.Struct, frozen=True):
    """A record to publish: `value` is the whole record; an empty window also deletes it from kpi-values."""

    key: bytes
    value: bytes
    empty: bool
    revision: int


class Publisher:
    """Compares what a rollup says with what was published last."""

    def __init__(self, rollup: Rollup, terms: Terms) -> None:
        self.rollup, self._terms = rollup, terms
        self._last: dict[bytes, Last] = {}
        self._awaited: list[tuple[int, bytes]] = []
        self._kpis: dict[bytes, tuple[Key, Kpi]] = {}
        self._remembered: list[bytes] = []
        self._names: dict[Key, bytes] = {}
        self._grace, self._forgotten = terms.grace, rollup.forgotten

    def remember(self, name: bytes, value: bytes) -> None:
        """A record found on kpi-values: revisions go on from it. One of a KPI that is no more stays as it is."""
        told = orjson.loads(value)
        kpi = self.rollup.kpis.get(told["kpi"])
        if kpi is None:
            return
        key = key_from(told, kpi)
        if key.window.start < self.rollup.closed:
            return
        revision, final = told.pop("revision"), told.pop("final")
        told.pop("watermark")
        self._names[key] = name
        self._last[name] = Last(sized.dumps(told), revision, final)
        self._await(name, key, kpi, final)
        self._remembered.append(name)

    @property
    def pending(self) -> bool:
        """Whether `publications` may have something to say."""
        matured = self._awaited and self._awaited[0][0] < self._settled
        return self.rollup.pending or bool(matured) or bool(self._remembered)

    @property
    def _settled(self) -> int:
        """The watermark that makes windows final, in ms."""
        return self.rollup.watermark if self.rollup.complete else 0

    def publications(self) -> Iterator[Publication]:
        """Everything to publish now."""
        for key, kpi, reading in self.rollup.changed():
            yield from self._publish(self._name(key), key, kpi, reading)
        yield from self._emptied()
        yield from self._matured()
        self._forget()

    def _over(self, key: Key) -> bool:
        """Whether a window that is final changes no more: some of what it is made of or compared with may have left."""
        return self._grace is not None and key.window.end + self._grace < self._settled

    def _forget(self) -> None:
        """Let go of the windows that the rollup lets go of."""
        self.rollup.forget()
        before = self.rollup.forgotten
        if before <= self._forgotten:
            return
        self._forgotten = before
        for key in [key for key in self._names if key.window.start < before]:
            name = self._names.pop(key)
            self._last.pop(name, None)
            self._kpis.pop(name, None)
        self._remembered = [name for name in self._remembered if name in self._last]
        self._awaited = [one for one in self._awaited if one[1] in self._last]
        heapify(self._awaited)

    def _name(self, key: Key) -> bytes:
        name = self._names.get(key)
        if name is None:
            name = self._names[key] = key_of(key)
        return name

    def _publish(self, name: bytes, key: Key, kpi: Kpi, reading: Reading | None) -> Iterator[Publication]:
        last = self._last.get(name)
        if (last is None and reading is None) or (last is not None and last.final and self._over(key)):
            return
        body = record(key, kpi, reading, tz=self._terms.tz, min_n=self._terms.min_n)
        final, text = self._final(kpi, key), sized.dumps(body)
        if last is not None and (last.body, last.final) == (text, final):
            return
        yield self._revise(name, key, kpi, body, Last(text, last.revision + 1 if last else 1, final))

    def _revise(self, name: bytes, key: Key, kpi: Kpi, body: dict[str, Any], now: Last) -> Publication:
        self._last[name] = now
        self._await(name, key, kpi, now.final)
        value = sized.dumps({**body, **publication(now.revision, now.final, self.rollup.watermark)})
        return Publication(name, value, body["value"] is None, now.revision)

    def _await(self, name: bytes, key: Key, kpi: Kpi, final: bool) -> None:
        if not final and name not in self._kpis:
            self._kpis[name] = (key, kpi)
            heappush(self._awaited, (key.window.end + self._terms.lateness + kpi.maturity, name))

    def _emptied(self) -> Iterator[Publication]:
        """Remembered windows that became empty while nobody looked."""
        remembered, self._remembered = self._remembered, []
        for name in remembered:
            told = orjson.loads(self._last[name].body)
            kpi = self.rollup.kpis[told["kpi"]]
            key = key_from(told, kpi)
            if self.rollup.reading(kpi, key.scope, key.window) is None:
                yield from self._publish(name, key, kpi, None)

    def _final(self, kpi: Kpi, key: Key) -> bool:
        return is_final(kpi, key.window.end, self._settled, self._terms.lateness)

    def _matured(self) -> Iterator[Publication]:
        """Windows that the watermark has made final."""
        while self._awaited and self._awaited[0][0] < self._settled:
            _, name = heappop(self._awaited)
            key, kpi = self._kpis.pop(name)
            yield from self._publish(name, key, kpi, self.rollup.reading(kpi, key.scope, key.window))
