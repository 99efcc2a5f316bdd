"""The plan of every topic: name, partitions, settings, and which of these must be as planned."""

from dataclasses import dataclass, field

from streams import names
from streams.units import DAY

PARTITIONS = "partitions"
CLEANUP = "cleanup.policy"
RETENTION = "retention.ms"
TOMBSTONE_RETENTION = "delete.retention.ms"

TOMBSTONES = DAY
"""How long a compacted topic still says that a key has gone, in ms: who reads on has to be less far behind."""

_SEGMENT_BYTES = str(64 * 1024 * 1024)
_RECORD_BYTES = 2 * 1024 * 1024
"""Room for an event of the largest size with its headers, and for one above it, which becomes a dead letter."""
_CASE_BYTES = 16 * 1024 * 1024
"""Room for a case that holds several such events."""


@dataclass(frozen=True)
class TopicSpec:
    """A topic as it is to be.

    `config` are Kafka's topic settings, used when the topic is created; `firm` names what must hold for a topic that
    exists already, of `partitions` and the keys of config: another value there makes results wrong or lost.
    """

    name: str
    partitions: int
    config: dict[str, str]
    replication: int = 1
    firm: frozenset[str] = field(default=frozenset({CLEANUP}))


@dataclass(frozen=True)
class Retention:
    """How long the append-only topics keep a record, by its timestamp, in milliseconds."""

    inputs: int = 7 * DAY
    journal: int = 90 * DAY
    outputs: int = 90 * DAY


_DEFAULT_RETENTION = Retention()


def topic_plan(
    partitions: int,
    *,
    replication: int = 1,
    prefix: str = "",
    application: str | None = None,
    retention: Retention = _DEFAULT_RETENTION,
) -> list[TopicSpec]:
    """Every topic of a deployment, inputs first.

    The journal and the state's changelog have the same number of partitions, else a case would be restored into a
    partition that never sees its events; so have partials and kpi-values, which one worker reads and writes together.
    Inputs may have any number, as may what nobody joins. `application` is Faust's application id, after which it names
    the changelog, without the prefix; by default the prefix and "streams".
    """
    plan = [_log(name, partitions, retention.inputs, frozenset({CLEANUP})) for name in names.INPUTS]
    plan += [
        _log(names.JOURNAL, partitions, retention.journal, frozenset({PARTITIONS, CLEANUP, RETENTION})),
        _log(names.DEAD_LETTER, partitions, retention.outputs),
    ]
    plan = [_roomy(spec, _RECORD_BYTES) for spec in plan]
    plan += [
        _table(names.PARTIALS, partitions),
        _table(names.DESK, 1),
        _table(names.KPI_VALUES, partitions),
        _log(names.KPI_REVISIONS, partitions, retention.outputs),
        _log(names.SLA_EVENTS, partitions, retention.outputs),
        _table(names.SLA_BREACHES, partitions, frozenset({CLEANUP})),
        _log(names.REASSIGNMENT_REQUESTED, 1, retention.outputs),
        _table(names.CUSTOMER_VALUE, partitions, frozenset({CLEANUP})),
        _table(names.SLA_POLICIES, 1),
    ]
    own = [_placed(spec, prefix + spec.name, replication) for spec in plan]
    state = _roomy(_table("", partitions), _CASE_BYTES)
    return [*own, _placed(state, changelog(application or f"{prefix}streams"), replication)]


def changelog(application: str) -> str:
    """The topic behind the state table, as Faust names it.

    >>> changelog("streams")
    'streams-state-changelog'
    """
    return f"{application}-{names.STATE}-changelog"


def _log(
    name: str, partitions: int, retention: int, firm: frozenset[str] = frozenset({CLEANUP, RETENTION})
) -> TopicSpec:
    """An append-only topic that forgets by age."""
    return TopicSpec(name, partitions, {CLEANUP: "delete", RETENTION: str(retention)}, firm=firm)


def _table(
    name: str, partitions: int, firm: frozenset[str] = frozenset({PARTITIONS, CLEANUP, TOMBSTONE_RETENTION})
) -> TopicSpec:
    """A topic that keeps the last record of every key for ever.

    Small segments, because compaction leaves the newest segment alone and recovery reads all of it.
    """
    kept = {RETENTION: "-1", TOMBSTONE_RETENTION: str(TOMBSTONES)}
    config = {CLEANUP: "compact", **kept, "segment.bytes": _SEGMENT_BYTES}
    return TopicSpec(name, partitions, config, firm=firm)


def _roomy(spec: TopicSpec, size: int) -> TopicSpec:
    """The same topic with room for larger record batches than Kafka's default of 1 MiB."""
    return TopicSpec(spec.name, spec.partitions, {**spec.config, "max.message.bytes": str(size)}, firm=spec.firm)


def _placed(spec: TopicSpec, name: str, replication: int) -> TopicSpec:
    """The spec under its full name; with three replicas or more, a write needs two of them."""
    safe = {"min.insync.replicas": "2"} if replication > 2 else {}
    return TopicSpec(name, spec.partitions, spec.config | safe, replication, spec.firm)
