"""The contracts of the outputs: their schemas, and records as the engine and the exports make them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from streams import names
from streams.engine.partition import Partition
from streams.engine.rollup import Rollup
from streams.engine.terms import Terms
from streams.events.decode import Decoder
from streams.events.journal import Entry, Tick
from streams.events.model import Rejected
from streams.exports import cloudevents, sla
from streams.exports.letters import refused_letter, rejected_letter
from streams.exports.publisher import Publisher

SCHEMAS = Path(__file__).parents[1] / "schemas"
HEADERS = "outputs/common.schema.json#/$defs/headers"
OUTPUTS = (
    names.KPI_VALUES,
    names.KPI_REVISIONS,
    names.SLA_EVENTS,
    names.SLA_BREACHES,
    names.REASSIGNMENT_REQUESTED,
    names.CUSTOMER_VALUE,
    names.SLA_POLICIES,
    names.DEAD_LETTER,
)
_BASE = "file:///"


class Record(NamedTuple):
    """A record of an output topic."""

    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]]

    @property
    def texts(self) -> dict[str, str | None]:
        """The headers by name, the last of each: as a reader has them who makes a dict of them."""
        return {name: None if value is None else value.decode() for name, value in self.headers}


Records = dict[str, list[Record]]
"""By topic."""


@cache
def _registry() -> Registry[Any]:
    paths = sorted(SCHEMAS.rglob("*.schema.json"))
    resources = ((path.relative_to(SCHEMAS).as_posix(), orjson.loads(path.read_bytes())) for path in paths)
    return Registry().with_resources((_BASE + name, Resource.from_contents(schema)) for name, schema in resources)


@cache
def validator(name: str) -> Draft202012Validator:
    """Of a schema, named by its path below `schemas/`, perhaps with a pointer into it."""
    return Draft202012Validator({"$ref": _BASE + name}, registry=_registry())


def schema_of(topic: str) -> str:
    """The name of an output topic's schema."""
    return f"outputs/{topic}.schema.json"


def faults(topic: str, record: Record) -> list[str]:
    """What of a record breaks the contract of its topic."""
    if topic == names.DEAD_LETTER:
        return _told(schema_of(topic), record.texts)
    value = [] if record.value is None else _told(schema_of(topic), orjson.loads(record.value))
    return _told(HEADERS, record.texts) + value


def _told(name: str, value: object) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in validator(name).iter_errors(value)]


class _Rows:
    """No rows: everything stays in memory."""

    def get(self, key: bytes) -> bytes | None:  # noqa: ARG002
        return None

    def scan(self, prefix: bytes = b"") -> Iterator[tuple[bytes, bytes]]:  # noqa: ARG002
        return iter(())


class Run:
    """One journal partition and the rollup behind it, which publish as a worker does."""

    def __init__(self, terms: Terms) -> None:
        catalogue = terms.catalogue()
        self._partition = Partition(catalogue, terms.pane(), _Rows(), terms.retention, conventions=terms.conventions)
        self._publisher = Publisher(Rollup(catalogue, terms.calendar()), terms)
        self._decode = Decoder().decode
        self.records: Records = defaultdict(list)

    def take(self, lines: Iterable[dict[str, Any]]) -> None:
        """Take a batch of lines `{"topic", "value"}`, and publish all that follows."""
        for number, line in enumerate(lines):
            raw = orjson.dumps(line["value"])
            event = self._decode(line["topic"], raw)
            if isinstance(event, Rejected):
                self._put(names.DEAD_LETTER, *rejected_letter(line["topic"], 0, number, raw, [("own", b"1")], event))
            else:
                self._partition.absorb([(self._partition.next, Entry(event, 0, number))])
        self._flush()

    def end(self, now: int | None = None) -> None:
        """The last tick of a finished input; publish what follows of it."""
        tick = Tick(self._partition.greatest if now is None else now, last=True)
        self._partition.absorb([(self._partition.next, tick)])
        self._flush()

    def _flush(self) -> None:
        flush = self._partition.flush()
        self._partition.flushed(flush)
        for caution in flush.cautions:
            self._put(names.SLA_EVENTS, *sla.warning(caution))
        for transition in flush.transitions:
            for kind in sla.kinds(transition):
                self._put(names.SLA_EVENTS, *sla.event(kind, transition))
            breach = sla.breach(transition)
            if breach:
                self._put(names.SLA_BREACHES, *breach)
        for refusal in flush.refusals:
            self._put(names.DEAD_LETTER, *refused_letter(refusal))
        for (scope, pane), vector in flush.partials:
            self._publisher.rollup.tell(0, scope, pane, dict(vector))  # as a topic would, not the live state
        self._publisher.rollup.advance(0, flush.watermark)
        self._publish()

    def _publish(self) -> None:
        for one in self._publisher.publications():
            headers = cloudevents.headers("kpi", f"{one.key.decode()}#{one.revision}", 0)
            self._put(names.KPI_VALUES, one.key, None if one.empty else one.value, headers)
            self._put(names.KPI_REVISIONS, one.key, one.value, headers)

    def _put(self, topic: str, key: bytes | None, value: bytes | None, headers: cloudevents.Headers) -> None:
        self.records[topic].append(Record(key, value, headers))
