"""The oracle's tickets: what each adds to each KPI, by the specification alone.

Where the specification is open, the comment "Open:" says what was decided here and what else could have been meant.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.oracle_events import AUTOMATED, UNKNOWN, Event, Sample, decided

DAY = 86_400_000


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
