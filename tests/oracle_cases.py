"""The oracle's cases: what each order, ticket and survey of the input adds to each KPI, by the specification alone.

Where the specification is open, the comment "Open:" says what was decided here and what else could have been meant.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.oracle_numbers import ms

Line = dict[str, Any]
Key = tuple[int, str, str]
MINUTE, DAY = 60_000, 86_400_000
UNKNOWN, AUTOMATED = "unknown", "automated"


@dataclass(frozen=True)
class Event:
    """One valid input line; `body` is its value as it stands on the wire."""

    topic: str
    at: int
    source: str
    event_id: str
    customer: str
    body: dict[str, Any]

    @property
    def key(self) -> Key:
        """The order of events within a case [R4]."""
        return self.at, self.source, self.event_id

    def get(self, name: str, default: Any = None) -> Any:
        """A field; missing and null are alike."""
        found = self.body.get(name)
        return default if found is None else found

    def instant(self, name: str) -> int | None:
        """A field of type time, in milliseconds."""
        return None if self.get(name) is None else ms(self.body[name])


@dataclass(frozen=True)
class Sample:
    """What one case adds to one KPI: milliseconds, (numerator, denominator), 1 of a count, or +1, 0, −1 of an NPS."""

    kpi: str
    at: int
    dims: dict[str, str]
    amount: Any


def distinct(lines: Iterable[Line]) -> list[Event]:
    """One event per customer, source and event id: the first by (occurred_at, content hash) [R6, R50]."""
    first: dict[tuple[str, str, str], tuple[tuple[int, str], Event]] = {}
    for line in lines:
        event = parsed(line)
        rank = event.at, hashlib.sha256(json.dumps(line, sort_keys=True).encode()).hexdigest()
        identity = event.customer, event.source, event.event_id
        if identity not in first or rank < first[identity][0]:
            first[identity] = rank, event
    return sorted((event for _, event in first.values()), key=lambda event: event.key)


def parsed(line: Line) -> Event:
    """An input line as an event."""
    body = line["value"]
    return Event(
        line["topic"], ms(body["occurred_at"]), body.get("source") or "", body["event_id"], body["customer_id"], body
    )


CASES = {
    "order-entered": "order_id",
    "order-delivered": "order_id",
    "ticket-opened": "ticket_id",
    "ticket-answered": "ticket_id",
    "survey-submitted": "survey_id",
}


def all_samples(events: list[Event], watermark: int) -> Iterator[Sample]:
    """Every sample of every case; `events` are in the order of R4."""
    cases: dict[tuple[str, str, str], list[Event]] = defaultdict(list)
    for event in events:
        kind = CASES[event.topic]
        cases[event.customer, kind, event.body[kind]].append(event)
    for (_, kind, _), members in cases.items():
        if kind == "order_id":
            yield from order_samples(members, watermark)
        elif kind == "ticket_id":
            yield from ticket_samples(members, watermark)
        else:
            yield from survey_samples(members)


def decided(deadline: int, end: int | None, watermark: int) -> tuple[int, bool] | None:
    """Instant and outcome of an obligation: met at its end, breached at its deadline, None while open.

    The start plays no part: an end before it is met, at the end as stamped [R4].
    """
    if end is not None and end <= deadline:
        return end, True
    if end is not None or deadline < watermark:
        return deadline, False
    return None


# Orders


def order_samples(events: list[Event], watermark: int) -> Iterator[Sample]:
    """The samples of one order; none before any revision is known [R7]."""
    entered = [event for event in events if event.topic == "order-entered"]
    if not entered:
        return
    revisions = sorted(entered, key=lambda event: (event.get("revision", 1), event.key))
    # A shipment number that comes again replaces the shipment whole [R7]: events are in order, so the last one stays.
    shipments = {event.body["shipment_no"]: event for event in events if event.topic == "order-delivered"}
    complete = min((event.at for event in shipments.values() if event.body["final"]), default=None)
    dims = order_dims(revisions[0])
    yield from entry_samples(revisions, dims)
    yield from delivery_samples(revisions, complete, dims, watermark)
    yield from confirmation_samples(revisions, dims, watermark)
    if 1 in shipments:
        yield from fill_samples(standing_lines(revisions), shipments[1], dims)


def order_dims(first: Event) -> dict[str, str]:
    """Order facts carry the dimensions of the lowest revision [R8, R9]."""
    dims = {name: first.get(name, UNKNOWN) for name in ("channel", "region", "campaign")}
    return dims | {"agent": first.get("agent_id", AUTOMATED)}


def entry_samples(revisions: list[Event], dims: dict[str, str]) -> Iterator[Sample]:
    """Intimation to entry, and whether the entry needed no correction, both at the entry."""
    entry = revisions[0].at
    yield Sample("order_entry_time", entry, dims, max(0, entry - ms(revisions[0].body["placed_at"])))
    # Open: the reason counts on any revision, the first or lowest known included.
    flawed = any(event.get("revision_reason") == "entry_error" for event in revisions)
    yield Sample("order_entry_accuracy", entry, dims, (int(not flawed), 1))


def cancellation(revisions: list[Event], by: str) -> int | None:
    """When the order was cancelled by customer or supplier: the winning revision's reason and instant [R18]."""
    winning = revisions[-1]
    return winning.at if winning.get("revision_reason") == f"cancelled_by_{by}" else None


def confirmation_samples(revisions: list[Event], dims: dict[str, str], watermark: int) -> Iterator[Sample]:
    """Confirmed within 60 s of the lowest revision's placed_at, by any revision's confirmed_at [R17]."""
    placed = ms(revisions[0].body["placed_at"])
    confirmed = min(
        (at for at in (event.instant("confirmed_at") for event in revisions) if at is not None), default=None
    )
    deadline, cancelled = placed + MINUTE, cancellation(revisions, "customer")
    # Open: "before" is earlier in time; a confirmation in the same millisecond as the cancellation does not save it.
    if cancelled is not None and cancelled <= deadline and not (confirmed is not None and confirmed < cancelled):
        return
    outcome = decided(deadline, confirmed, watermark)
    if outcome is not None:
        yield Sample("order_confirmed", outcome[0], dims, (int(outcome[1]), 1))


def delivery_samples(
    revisions: list[Event], complete: int | None, dims: dict[str, str], watermark: int
) -> Iterator[Sample]:
    """Entry to complete delivery; planned against actual; and the delay of the late ones [R14, R18, R45]."""
    if complete is not None:
        yield Sample("order_processing_time", complete, dims, max(0, complete - revisions[0].at))
    promised = revisions[-1].instant("promised_at")
    if promised is None:
        return
    outcome = punctuality(revisions, complete, promised, watermark)
    if outcome is None:
        return
    yield Sample("on_time_delivery", outcome[0], dims, (int(outcome[1]), 1))
    # Open: a void obligation has no late delivery; one that a supplier's cancellation breached has, if delivered late.
    if complete is not None and complete > promised:
        yield Sample("delivery_delay", complete, dims, complete - promised)


def punctuality(revisions: list[Event], complete: int | None, promised: int, watermark: int) -> tuple[int, bool] | None:
    """The decision of on_time_delivery [R18]; None when void or open."""
    by_customer, by_supplier = cancellation(revisions, "customer"), cancellation(revisions, "supplier")
    cancelled = by_customer if by_customer is not None else by_supplier
    # Open: what was delivered in time and before the cancellation was decided then, whoever cancelled afterwards.
    if cancelled is None or (complete is not None and complete <= promised and complete < cancelled):
        return decided(promised, complete, watermark)
    if by_supplier is not None:
        return min(by_supplier, promised), False
    return None if cancelled <= promised else (promised, False)


def standing_lines(revisions: list[Event]) -> list[dict[str, Any]]:
    """The winning revision's lines; a cancellation without any leaves those before it [R15, R51]."""
    return next((event.body["lines"] for event in reversed(revisions) if event.get("lines")), [])


def fill_samples(lines: list[dict[str, Any]], first: Event, dims: dict[str, str]) -> Iterator[Sample]:
    """Units, lines and orders complete in shipment 1, at that shipment [R15]."""
    stock: dict[str, int] = defaultdict(int)
    for goods in first.body["lines"]:
        if not goods.get("substituted") and not goods.get("damaged"):
            stock[goods["sku"]] += goods["quantity"]
    filled = []
    for line in lines:
        allotted = min(line["quantity"], stock[line["sku"]])
        stock[line["sku"]] -= allotted
        filled.append(allotted)
    requested = [line["quantity"] for line in lines]
    full = [have == want for have, want in zip(filled, requested, strict=True)]
    if lines:
        yield Sample("first_time_fill_unit", first.at, dims, (sum(filled), sum(requested)))
        yield Sample("first_time_fill_line", first.at, dims, (sum(full), len(full)))
        yield Sample("first_time_fill_order", first.at, dims, (int(all(full)), 1))


# Tickets


@dataclass
class Cycle:
    """From the opening or a reopen to its first resolve, with what happened in between [R24]."""

    start: int
    acts: list[Event] = field(default_factory=list)
    resolve: Event | None = None


def ticket_samples(events: list[Event], watermark: int) -> Iterator[Sample]:
    """The samples of one ticket; none before its opening is known, none of a review [R26]."""
    # Open: of two openings of one ticket the first by R4 stands; R7 lets only shipments and surveys be replaced.
    opening = next((event for event in events if event.topic == "ticket-opened"), None)
    if opening is None or opening.get("kind") == "review":
        return
    acts = [event for event in events if event.topic == "ticket-answered"]
    end = next((act for act in acts if act.body["action"] in ("void", "merge")), None)
    if end is None:
        # Open: the opening's own department, even if a transfer is stamped before the opening.
        yield Sample("requests", opening.at, ticket_dims(opening, [], opening.key), 1)
    # What comes with or after the first void or merge makes no facts; what had happened stays [R25].
    acts = [act for act in acts if end is None or act.key < end.key]
    history = cycles(opening, acts)
    if opening.get("opened_by") != "agent":
        yield from answer_samples(opening, acts, history[0], end, watermark)
    yield from resolution_samples(opening, acts, history)
    yield from service_samples(opening, acts, history)


def resolves(act: Event) -> bool:
    """A resolve, or a message that also resolves, whoever wrote it."""
    return act.body["action"] == "resolve" or (act.body["action"] == "message" and bool(act.get("resolves")))


def is_message(act: Event, by: str) -> bool:
    """A public message by `by`."""
    return bool(act.body["action"] == "message" and act.body["by"] == by)


def cycles(opening: Event, acts: list[Event]) -> list[Cycle]:
    """Cycle 1 holds what is stamped before the opening too; only a reopen of a closed cycle opens the next [R24]."""
    history = [Cycle(opening.at)]
    for act in acts:
        if history[-1].resolve is None:
            history[-1].acts.append(act)
            if resolves(act):
                history[-1].resolve = act
        elif act.body["action"] == "reopen":
            history.append(Cycle(act.at))
    return history


def ticket_dims(opening: Event, acts: list[Event], key: tuple[Any, ...]) -> dict[str, str]:
    """The opening's dimensions, with department and priority as in force just before `key` [R8, R9]."""
    dims = {name: opening.get(name, UNKNOWN) for name in ("channel", "region", "category", "campaign", "tier")}
    dims |= {name: opening.get(name, UNKNOWN) for name in ("department", "priority")}
    for act in acts:
        if act.key < key and act.body["action"] == "transfer":
            dims["department"] = act.get("to_department", dims["department"])
        if act.key < key and act.body["action"] == "reprioritise":
            dims["priority"] = act.get("priority", dims["priority"])
    return dims


def author(act: Event) -> str:
    """The agent of an act: `automated` for bot and system; a customer is no agent, so `unknown` [R9]."""
    if act.body["by"] in ("bot", "system"):
        return AUTOMATED
    return str(act.get("agent_id", UNKNOWN)) if act.body["by"] == "agent" else UNKNOWN


def answer_samples(
    opening: Event, acts: list[Event], first: Cycle, end: Event | None, watermark: int
) -> Iterator[Sample]:
    """First response of cycle 1: its time, and whether it came within 24 h, which a resolve also meets [R26, R27]."""
    answer = next((act for act in first.acts if is_message(act, "agent")), None)
    if answer is not None:
        dims = ticket_dims(opening, acts, answer.key) | {"agent": author(answer)}
        for kpi in ("first_response_time", "first_response_time_business"):
            yield Sample(kpi, answer.at, dims, max(0, answer.at - opening.at))
    deadline, reply = opening.at + DAY, answer or first.resolve
    # A deadline that a void or merge reaches or precedes is not decided; one before it was breached [R25].
    outcome = decided(deadline, reply.at if reply else None, watermark if end is None else min(watermark, end.at))
    if outcome is not None:
        # What changes exactly at a deadline is in force when the deadline has passed.
        key = reply.key if outcome[1] and reply is not None else (deadline + 1,)
        yield Sample("answered_in_24h", outcome[0], ticket_dims(opening, acts, key), (int(outcome[1]), 1))


def waiting(cycle: Cycle, since: int) -> int:
    """Milliseconds between `since` and the resolve during which the cycle waited on the customer [R27]."""
    total, begun = 0, None
    for act in cycle.acts:
        if act.body["action"] == "wait" and begun is None:
            begun = act.at
        elif begun is not None and (act.body["action"] == "resume" or is_message(act, "customer") or resolves(act)):
            total += max(0, act.at - max(begun, since))
            begun = None
    return total


def resolution_samples(opening: Event, acts: list[Event], history: list[Cycle]) -> Iterator[Sample]:
    """Open to first resolve, waiting included; all closed cycles without it, at the last closing resolve [R27]."""
    closed = [(cycle, cycle.resolve) for cycle in history if cycle.resolve is not None]
    if not closed:
        return
    spent = [max(0, resolve.at - cycle.start) for cycle, resolve in closed]
    full = [max(0, total - waiting(cycle, cycle.start)) for total, (cycle, _) in zip(spent, closed, strict=True)]
    for suffix in ("", "_business"):
        for name, resolve, amount in (("first", closed[0][1], spent[0]), ("full", closed[-1][1], sum(full))):
            yield Sample(f"resolution_time_{name}{suffix}", resolve.at, ticket_dims(opening, acts, resolve.key), amount)


def service_samples(opening: Event, acts: list[Event], history: list[Cycle]) -> Iterator[Sample]:
    """Per closed cycle with a start: the start of service to the resolve, without waiting [R24, R29]."""
    for number, cycle in enumerate(history):
        starts = [act.at for act in cycle.acts if act.body["action"] == "assign" or is_message(act, "agent")]
        if number == 0 and opening.get("assigned_to") is not None:
            starts.append(opening.at)
        if cycle.resolve is None or not starts:
            continue
        # Open: a start stamped before the opening counts from its own instant, it is not cut at the opening.
        start = min(starts)
        spent = max(0, cycle.resolve.at - start - waiting(cycle, start))
        dims = ticket_dims(opening, acts, cycle.resolve.key) | {"agent": author(cycle.resolve)}
        yield Sample("service_time", cycle.resolve.at, dims, spent)


# Surveys


def survey_samples(events: list[Event]) -> Iterator[Sample]:
    """The latest answer of a survey; invitations replace nothing, and a dismissal leaves no answer [R7, R36, R43]."""
    replies = [event for event in events if event.get("dismissed") or answered(event)]
    if not replies or replies[-1].get("dismissed"):
        return
    latest = replies[-1]
    dims = {name: latest.get(name, UNKNOWN) for name in ("channel", "region", "department")}
    dims |= {"agent": latest.get("agent_id", UNKNOWN), "timing": latest.get("timing", "hot")}
    if latest.body["kind"] == "csat":
        yield Sample("csat", latest.at, dims, (int(positive(latest)), 1))
    elif latest.body["kind"] == "nps":
        yield from nps_samples(latest, dims)


def answered(event: Event) -> bool:
    """Whether a survey record holds an answer."""
    return any(event.get(name) is not None for name in ("score", "label", "servqual"))


POSITIVE_LABELS = {"yes", "very_satisfied", "satisfied", "😀", "🙂"}


def positive(event: Event) -> bool:
    """Whether a csat answer is positive on its scale [R35]."""
    scale = event.get("scale")
    if scale in ("yes_no", "five_level", "emoji"):
        return event.body["label"] in POSITIVE_LABELS
    least = 8 if isinstance(scale, dict) and scale["max"] == 10 else 4
    return bool(event.body["score"] >= least)


def nps_samples(event: Event, dims: dict[str, str]) -> Iterator[Sample]:
    """Promoters 9–10, passives 7–8, detractors 0–6."""
    kpi, score = f"nps_{dims['timing']}", event.body["score"]
    side = 1 if score >= 9 else 0 if score >= 7 else -1
    yield Sample(kpi, event.at, dims, side)
    for group, which in (("promoters", 1), ("passives", 0), ("detractors", -1)):
        yield Sample(f"{kpi}_{group}", event.at, dims, (int(side == which), 1))
