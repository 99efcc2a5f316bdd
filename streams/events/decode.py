"""Records to events: plain JSON and CloudEvents, typed, bounded and normalised, or rejected by name.

A plain record without unknown fields takes the short way: one typed decode, one normalisation. Anything else is parsed,
taken apart and explained at leisure.
"""

from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from streams import names
from streams.events import cloudevents, extras, normalise, wire
from streams.events.cloudevents import Headers
from streams.events.explain import explain, json_name, type_info
from streams.events.faults import FUTURE_TIMESTAMP, NOT_AN_OBJECT, NOT_JSON, TOO_LARGE, UNKNOWN_TOPIC, WRONG_TYPE, Fault
from streams.events.model import Event, Rejected
from streams.events.money import Ledger
from streams.units import rfc3339

MAX_BYTES = 1 << 20
"""A record's value, at most."""

_BAD_RECORD = (msgspec.MsgspecError, ValueError, RecursionError, Fault)


class _Topic:
    """How one topic's records are read."""

    def __init__(self, declared: type[wire.Common], subject: str, normaliser: normalise.Normalise) -> None:
        self.declared = declared
        self.subject = subject
        self.normalise = normaliser
        self.typed = msgspec.json.Decoder(declared)


TOPICS = {
    names.ORDER_ENTERED: _Topic(wire.OrderEntered, "order_id", normalise.order_entered),
    names.ORDER_DELIVERED: _Topic(wire.OrderDelivered, "order_id", normalise.order_delivered),
    names.TICKET_OPENED: _Topic(wire.TicketOpened, "ticket_id", normalise.ticket_opened),
    names.TICKET_ANSWERED: _Topic(wire.TicketAnswered, "ticket_id", normalise.ticket_answered),
    names.SURVEY_SUBMITTED: _Topic(wire.SurveySubmitted, "survey_id", normalise.survey_submitted),
}


def _number(text: str) -> int | Decimal:
    """A JSON number with a fraction or an exponent: exact, and an integer where it is one (`3.0`, `1e3`)."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"number out of range: {text[:40]}") from None
    return int(value) if value.adjusted() < 16 and value == value.to_integral_value() else value


_PARSE = msgspec.json.Decoder(float_hook=_number)
_ENCODE = msgspec.json.Encoder(decimal_format="number")


class Decoder:
    """Decodes the records of all five topics, in one reporting currency (ISO 4217; ValueError for no such code)."""

    def __init__(self, currency: str = "EUR") -> None:
        self._ledger = Ledger(currency)

    def decode(
        self, topic: str, value: bytes | None, headers: Headers = (), *, not_after: int | None = None
    ) -> Event | Rejected:
        """The event that a record holds, or why it holds none; never raises.

        `not_after` (ms UTC) is the latest `occurred_at` that the caller believes.
        """
        known = TOPICS.get(topic)
        if known and value and len(value) <= MAX_BYTES and not (headers and cloudevents.is_binary(headers)):
            try:
                event = known.normalise(known.typed.decode(value), None, self._ledger)
                if not_after is None or event.occurred_at <= not_after:
                    return event
            except _BAD_RECORD:
                pass
        try:
            return self._take_apart(topic, value, headers, not_after)
        except Fault as fault:
            return fault.rejected()
        except RecursionError:
            return Rejected(NOT_JSON, "", "expected one JSON object, nested less deeply")

    def _take_apart(self, name: str, value: bytes | None, headers: Headers, not_after: int | None) -> Event:
        topic = TOPICS.get(name)
        if topic is None:
            raise Fault(UNKNOWN_TOPIC, "", f"expected {', '.join(TOPICS)}, got {name[:128]!r}")
        record = _record(_parse(value), headers, topic.subject)
        try:
            return _believed(self._typed(topic, record), not_after)
        except Fault as fault:
            raise record.locate(fault) from None

    def _typed(self, topic: _Topic, record: cloudevents.Record) -> Event:
        known, extra = extras.split(topic.declared, record.fields, record.extensions)
        try:
            return topic.normalise(topic.typed.decode(_ENCODE.encode(known)), extra, self._ledger)
        except _BAD_RECORD as error:
            fault = explain(type_info(topic.declared), known)
            raise fault or (error if isinstance(error, Fault) else Fault(WRONG_TYPE, "", str(error))) from None


def _parse(value: bytes | None) -> dict[str, Any]:
    tree = _tree(value)
    if not isinstance(tree, dict):
        raise Fault(NOT_AN_OBJECT, "", f"expected one JSON object, got {json_name(tree)}")
    return tree


def _tree(value: bytes | None) -> object:
    if value is None:
        raise Fault(NOT_JSON, "", "expected one JSON object, got a record without a value")
    if len(value) > MAX_BYTES:
        raise Fault(TOO_LARGE, "", f"expected at most {MAX_BYTES} bytes, got {len(value)}")
    try:
        return _PARSE.decode(value)
    except (msgspec.MsgspecError, ValueError) as error:
        raise Fault(NOT_JSON, "", f"expected one JSON object in UTF-8: {error}") from None


def _record(tree: dict[str, Any], headers: Headers, subject: str) -> cloudevents.Record:
    if cloudevents.is_binary(headers):
        return cloudevents.from_binary(headers, tree, subject)
    if cloudevents.is_structured(tree, headers):
        return cloudevents.from_structured(tree, subject)
    return cloudevents.Record(tree)


def _believed(event: Event, not_after: int | None) -> Event:
    if not_after is not None and event.occurred_at > not_after:
        message = (
            f"expected at most {rfc3339(not_after)}, the clock and its tolerance, got {rfc3339(event.occurred_at)}"
        )
        raise Fault(FUTURE_TIMESTAMP, "/occurred_at", message)
    return event
