"""The cases behind a value as JSON: what each counts for, its events, its spans and pauses, its promises."""

from collections.abc import Iterable
from heapq import nlargest
from typing import Any, NamedTuple

from streams.cases.case import TICKET
from streams.cases.findings import Obligation
from streams.cases.timeline import Cycle, Timeline
from streams.engine.stories import Question, Sample, Story, severity
from streams.events.model import Event, OrderDelivered, OrderEntered, SurveySubmitted, TicketAnswered, TicketOpened
from streams.exports.records import dim_of, labels_of, window_of
from streams.kpis.model import Kpi, Mean
from streams.measures.aggregates import BySize, Distribution, Ratio
from streams.units import HEREAFTER, SECOND, rfc3339
from streams.windows.sizes import SIZES

EVENTS = 100
"""Of a case, at most; the first and the last ones."""


class Found(NamedTuple):
    """The stories to show, and how many cases and samples there are."""

    stories: list[Story]
    cases: int
    samples: int


class Gathering:
    """Keeps the stories to be shown first, and counts them all."""

    def __init__(self, kpi: Kpi, limit: int) -> None:
        self._kpi, self._limit = kpi, limit
        self._kept: list[Story] = []
        self._cases = self._samples = 0

    def add(self, story: Story | None) -> None:
        """Take a story."""
        if story is None:
            return
        self._cases += 1
        self._samples += sum(sample.measure == self._kpi.source for sample in story.samples)
        self._kept.append(story)
        if len(self._kept) > 2 * self._limit:
            self._kept = self._first()

    def found(self) -> Found:
        """What was found, worst first."""
        return Found(self._first(), self._cases, self._samples)

    def _first(self) -> list[Story]:
        return nlargest(self._limit, self._kept, key=lambda story: severity(story, self._kpi))


def explanation(question: Question, found: Found, tz: str, incomplete: Iterable[str]) -> dict[str, Any]:
    """What `/api/explain` answers; `incomplete` says in words which cases may be missing."""
    kpi = question.kpi
    return {
        "kpi": kpi.name,
        "definition": kpi.definition,
        "scope": dim_of(question.scope),
        "labels": labels_of(question.scope),
        "window": window_of(question.window, tz),
        "unit": kpi.unit,
        "stat": kpi.stat,
        "cases": found.cases,
        "samples": found.samples,
        "incomplete": list(incomplete),
        "stories": [_story(story, question) for story in found.stories],
    }


def _story(story: Story, question: Question) -> dict[str, Any]:
    return {
        "case": story.kind,
        "customer": story.customer,
        "id": story.subject,
        "samples": [_sample(sample, question) for sample in story.samples],
        "spans": _spans(story.events) if story.kind == TICKET else [],
        "events": [_event(event) for event in _ends(story.events)],
        "promises": [_promise(promise) for promise in story.found.obligations],
    }


def _ends(events: list[Event]) -> list[Event]:
    half = EVENTS // 2
    return events if len(events) <= EVENTS else [*events[:half], *events[-half:]]


def _sample(sample: Sample, question: Question) -> dict[str, Any]:
    return {
        "of": f"{sample.measure.of.name}.{sample.measure.name}",
        "at": None if sample.at >= HEREAFTER else rfc3339(sample.at),
        "labels": sample.labels,
        "value": _value(sample, question),
    }


def _value(sample: Sample, question: Question) -> Any:
    """In the KPI's unit: seconds, whole units of an amount; of what counts once a window, whether it is a hit."""
    kpi, value = question.kpi, sample.value
    match sample.measure.aggregate:
        case Distribution():
            return value / SECOND
        case Ratio():
            return value if isinstance(value, bool) else {"hits": value[0], "of": value[1]}
        case BySize():
            size = SIZES.index(question.window.size)
            trials, hits = next((one[1], one[2]) for one in value if one[0] == size)
            return {"hits": hits, "of": trials}
    if isinstance(kpi, Mean) and sample.measure == kpi.source:
        return value / kpi.scale
    return value


def _spans(events: list[Event]) -> list[dict[str, Any]]:
    """The cycles of a ticket, with the pauses in which its customer was waited on."""
    openings = [event for event in events if isinstance(event, TicketOpened)]
    if not openings:
        return []
    acts = [event for event in events if isinstance(event, TicketAnswered)]
    return [_span(cycle) for cycle in Timeline(openings[0], acts).cycles]


def _span(cycle: Cycle) -> dict[str, Any]:
    pauses: list[tuple[int, int | None]] = list(cycle.waits)
    if cycle.waiting_since is not None:
        pauses.append((cycle.waiting_since, None))
    return {
        "cycle": cycle.number,
        "start": rfc3339(cycle.start),
        "taken_on": _instant(cycle.taken_on),
        "first_reply": cycle.reply and rfc3339(cycle.reply.occurred_at),
        "end": cycle.resolve and rfc3339(cycle.resolve.occurred_at),
        "pauses": [{"start": rfc3339(start), "end": _instant(end)} for start, end in pauses],
    }


def _event(event: Event) -> dict[str, Any]:
    return {"at": rfc3339(event.occurred_at), "topic": event.topic, "event_id": event.event_id, "what": _what(event)}


def _what(event: Event) -> str:
    """In a few words of the event's own."""
    match event:
        case OrderEntered():
            return f"revision {event.revision}: {event.revision_reason or 'entered'}"
        case OrderDelivered():
            return f"shipment {event.shipment_no}{', the last' if event.final else ''}"
        case TicketOpened():
            return f"{event.kind} by {event.opened_by}"
        case TicketAnswered():
            resolves = ", resolves" if event.resolves else ""
            return f"{event.action} by {event.by}{' ' + event.agent_id if event.agent_id else ''}{resolves}"
        case SurveySubmitted():
            said = event.label if event.score is None else f"{event.score:g}"
            return f"{event.kind}: {'dismissed' if event.dismissed else said or 'invited'}"


def _promise(one: Obligation) -> dict[str, Any]:
    return {
        "clock": one.clock,
        "cycle": one.cycle,
        "start": rfc3339(one.start),
        "deadline": rfc3339(one.deadline),
        "outcome": str(one.outcome),
        "decided_at": _instant(one.decided_at),
        "paused": one.paused,
    }


def _instant(at: int | None) -> str | None:
    return None if at is None else rfc3339(at)
