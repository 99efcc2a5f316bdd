"""The oracle's service of tickets: how cycles were closed, holds, effort, assignments [R24, R31–R33, R45–R47]."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from tests.oracle_events import UNKNOWN, Event, Sample
from tests.oracle_ticket_story import Cycle, author, is_message, ticket_dims

WEEK, FIVE_MINUTES = 7 * 86_400_000, 300_000


def closings(opening: Event, acts: list[Event], history: list[Cycle]) -> Iterator[Sample]:
    """One sample per closed cycle of everything that is counted per cycle."""
    for number, cycle in enumerate(history):
        resolve = cycle.resolve
        if resolve is None:
            continue
        dims = ticket_dims(opening, acts, resolve.key) | {"agent": author(resolve)}
        dims["method"] = resolve.get("resolution_method", UNKNOWN)
        reopened = number + 1 < len(history) and history[number + 1].start - resolve.at <= WEEK
        amounts = escalations(cycle) | {
            "closed_by_agent": 1,
            "resolution_method": 1,
            "reopen_rate": (int(reopened), 1),
            "exchanges": len(conversation(opening, cycle, number)),
            "exchanges_turns": turns(conversation(opening, cycle, number)),
        }
        if number == 0:
            humans = sum(is_message(act, "agent") for act in cycle.acts)
            amounts["first_contact_resolution"] = (int(humans == 1 and not reopened), 1)
        if resolve.get("settled_value") is not None:
            amounts["settled_value"] = amounts["settled_value_mean"] = Fraction(str(resolve.body["settled_value"]))
        for kpi, amount in amounts.items():
            yield Sample(kpi, resolve.at, dims, amount)


def escalations(cycle: Cycle) -> dict[str, object]:
    """Whether there was one at all, by a human agent, by the system [R33]."""
    by = [act.body["by"] for act in cycle.acts if act.body["action"] == "escalate"]
    return {
        "escalation_rate": (int(bool(by)), 1),
        "escalation_rate_functional": (by.count("agent") and 1, 1),
        "escalation_rate_sla": (by.count("system") and 1, 1),
    }


def conversation(opening: Event, cycle: Cycle, number: int) -> list[Event]:
    """The messages of customer and human agents; the customer's opening is one of cycle 1."""
    said = [act for act in cycle.acts if is_message(act, "agent") or is_message(act, "customer")]
    if number == 0 and opening.get("opened_by") != "agent":
        said.append(opening)
    return sorted(said, key=lambda event: event.key)


def turns(said: list[Event]) -> int:
    """A message is a turn of its own unless the one before is the same author's, at most 5 minutes ago."""
    who = [act.get("agent_id") if act.get("by") == "agent" else None for act in said]
    same = [a == b for a, b in pairwise(who)]
    near = [later.at - earlier.at <= FIVE_MINUTES for earlier, later in pairwise(said)]
    return len(said) - sum(a and b for a, b in zip(same, near, strict=True))


def interactions(opening: Event, acts: list[Event], every: list[Event]) -> Iterator[Sample]:
    """Holds and effort. Open: of all interactions, those with and after a void or merge too."""
    for name in ("screens", "clicks"):
        if opening.get(name) is not None:
            yield Sample(f"effort_{name}", opening.at, ticket_dims(opening, acts, opening.key), opening.body[name])
    total = 0
    holding = [act for act in every if act.get("hold_seconds")]
    for act in every:
        dims = ticket_dims(opening, acts, act.key)
        if act.get("handling_seconds") is not None:
            yield Sample("effort_handling", act.at, dims, Fraction(str(act.body["handling_seconds"])))
        for seconds in act.get("hold_seconds", []):
            total += round(seconds * 1000)
            yield Sample("hold_time", act.at, dims, round(seconds * 1000))
        if holding and act is holding[-1]:
            yield Sample("hold_time_request", act.at, dims, total)


def assignments(opening: Event, acts: list[Event]) -> Iterator[Sample]:
    """Every assign.

    Open: passed on automatically is one by bot or system, to somebody else than who has it, while no human has written
    since he got it.
    """
    idle = opening.get("assigned_to")
    for act in acts:
        if is_message(act, "agent"):
            idle = None
        if act.body["action"] == "assign":
            dims = ticket_dims(opening, acts, act.key)
            passed = idle is not None and act.body["by"] in ("bot", "system") and act.body["to_agent"] != idle
            yield Sample("reassignment_share", act.at, dims, (int(passed), 1))
            if passed:
                yield Sample("reassignments", act.at, dims, 1)
            idle = act.body["to_agent"]
