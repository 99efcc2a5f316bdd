"""The AsyncAPI 3.0 document of all topics that others write or read; the schemas stand beside it.

Source: AsyncAPI Initiative, "AsyncAPI Specification 3.0.0" and "Kafka bindings 0.5.0".
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from streams import names
from streams.exports.topics import CLEANUP, RETENTION, TopicSpec

CONTRACT = "4"
"""The version of the contract: one more with each field or topic that is added; nothing is ever taken away."""
MAX_BYTES = "max.message.bytes"

_SCHEMA = "application/schema+json;version=draft-2020-12"
_JSON = "application/json"
_BINDING = "0.5.0"

Node = dict[str, Any]


class Topic(msgspec.Struct, frozen=True):
    """What a reader or writer of a topic has to know."""

    title: str
    says: str
    key: str
    kinds: tuple[str, ...] = ()
    """The CloudEvents types that it carries, without their `crm.`; none for an input, whose producers name theirs."""


_ANY = "Whatever the producer likes; nothing depends on it."
_WINDOW = "JSON with sorted names: kpi, labels, scope, and the window's size and start."
_OBLIGATION = "The obligation's id."

TOPICS = {
    names.ORDER_ENTERED: Topic("Orders entered", "An order as it stands from this revision on.", _ANY),
    names.ORDER_DELIVERED: Topic("Orders delivered", "One shipment handed to the customer.", _ANY),
    names.TICKET_OPENED: Topic("Tickets opened", "A customer's first message, or a ticket of an agent's.", _ANY),
    names.TICKET_ANSWERED: Topic("Tickets answered", "One thing that happened to a ticket after it was opened.", _ANY),
    names.SURVEY_SUBMITTED: Topic("Surveys submitted", "An answer, a dismissal or an invitation.", _ANY),
    names.KPI_VALUES: Topic(
        "KPI values",
        "The latest revision of every window of every KPI; a tombstone where a window has become empty.",
        _WINDOW,
        ("kpi",),
    ),
    names.KPI_REVISIONS: Topic("KPI revisions", "Every revision of every window, append only.", _WINDOW, ("kpi",)),
    names.SLA_EVENTS: Topic(
        "SLA events",
        "Obligations that were met, breached, or whose breach an event that came late took back; warnings before.",
        _OBLIGATION,
        ("sla-met", "sla-breached", "sla-breach-retracted", "sla-warning"),
    ),
    names.SLA_BREACHES: Topic(
        "SLA breaches",
        "The breaches that stand; a tombstone where one was taken back.",
        _OBLIGATION,
        ("sla-breached",),
    ),
    names.REASSIGNMENT_REQUESTED: Topic(
        "Reassignment requested",
        "Somebody else is proposed for a ticket that was left unattended.",
        "The ticket's id.",
        ("reassignment-requested",),
    ),
    names.CUSTOMER_VALUE: Topic(
        "Customer value",
        "What each customer brought and cost in a window, and the outlook on the next; told once some cost is known.",
        "JSON with sorted names: customer_id, and the window's size and start.",
        ("customer-value",),
    ),
    names.SLA_POLICIES: Topic(
        "SLA policies",
        "Editions of the policies, each in force from its instant on; `streams sla publish` writes them.",
        "The instant and the version, with a slash between them.",
        ("sla-policies",),
    ),
    names.DEAD_LETTER: Topic(
        "Dead letters",
        "Every refused record whole: its value and headers as they came, and headers that say why.",
        "The topic that it came from.",
        ("dead-letter",),
    ),
}


def document(plan: Iterable[TopicSpec], broker: str) -> Node:
    """The whole document, of the topics of a plan that are no affair of the processor alone; `broker` is host:port."""
    specs = [spec for spec in plan if spec.name in TOPICS]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "streams",
            "version": CONTRACT,
            "description": "What happens to customers comes in, KPIs of the response that they get go out.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": _JSON,
        "servers": {"kafka": {"host": broker, "protocol": "kafka"}},
        "channels": {spec.name: _channel(spec, TOPICS[spec.name]) for spec in specs},
        "operations": dict(_operation(spec.name) for spec in specs),
        "components": {"messages": {name: message for spec in specs for name, message in _messages(spec.name)}},
    }


def _channel(spec: TopicSpec, topic: Topic) -> Node:
    config: Node = {CLEANUP: [spec.config[CLEANUP]], RETENTION: int(spec.config[RETENTION])}
    if MAX_BYTES in spec.config:
        config[MAX_BYTES] = int(spec.config[MAX_BYTES])
    return {
        "address": spec.name,
        "title": topic.title,
        "description": topic.says,
        "messages": {name: _ref(f"#/components/messages/{name}") for name, _ in _messages(spec.name)},
        "bindings": {
            "kafka": {
                "partitions": spec.partitions,
                "replicas": spec.replication,
                "topicConfiguration": config,
                "bindingVersion": _BINDING,
            }
        },
    }


def _operation(name: str) -> tuple[str, Node]:
    action = "receive" if name in names.INPUTS else "send"
    return f"{action}-{name}", {"action": action, "channel": _ref(f"#/channels/{name}")}


def _messages(name: str) -> list[tuple[str, Node]]:
    """Inputs come in three forms, outputs in one for each type."""
    if name in names.INPUTS:
        return [_plain(name), _structured(name), _binary(name)]
    return [_output(name, kind) for kind in TOPICS[name].kinds]


def _plain(name: str) -> tuple[str, Node]:
    message = {"name": name, "title": "Plain JSON", "payload": _schema(f"./events/{name}.schema.json")}
    return name, {**message, **_keyed(name)}


def _structured(name: str) -> tuple[str, Node]:
    message = {
        "name": f"{name}-structured",
        "title": "CloudEvents 1.0, structured",
        "contentType": "application/cloudevents+json",
        "payload": _schema("./cloudevents.schema.json#/$defs/structured"),
    }
    return f"{name}-structured", {**message, **_keyed(name)}


def _binary(name: str) -> tuple[str, Node]:
    message = {
        "name": f"{name}-binary",
        "title": "CloudEvents 1.0, binary",
        "headers": _schema("./cloudevents.schema.json#/$defs/binary"),
        "payload": _schema("./cloudevents.schema.json#/$defs/data"),
    }
    return f"{name}-binary", {**message, **_keyed(name)}


def _output(name: str, kind: str) -> tuple[str, Node]:
    """Named by topic and type, or by the topic alone where the two are the same."""
    named = name if kind == name else f"{name}-{kind}"
    own = f"./outputs/{name}.schema.json"
    letter = name == names.DEAD_LETTER
    attributes = own if letter else "./outputs/common.schema.json#/$defs/headers"
    typed = {"allOf": [_ref(attributes), {"properties": {"ce_type": {"const": f"crm.{kind}"}}}]}
    message = {
        "name": named,
        "title": f"{TOPICS[name].title}: {kind}",
        "headers": {"schemaFormat": _SCHEMA, "schema": typed},
        **({} if letter else {"payload": _schema(own)}),
    }
    return named, {**message, **_keyed(name)}


def _keyed(name: str) -> Node:
    key = {"type": "string", "description": TOPICS[name].key}
    return {"bindings": {"kafka": {"key": key, "bindingVersion": _BINDING}}}


def _schema(path: str) -> Node:
    return {"schemaFormat": _SCHEMA, "schema": _ref(path)}


def _ref(path: str) -> Node:
    return {"$ref": path}
