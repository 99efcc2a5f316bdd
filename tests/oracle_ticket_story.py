"""The oracle's reading of a ticket: cycles, waits, what was in force when, who did what."""

from dataclasses import dataclass, field
from typing import Any

from tests.oracle_events import AUTOMATED, UNKNOWN, Event


@dataclass
class Cycle:
    """From the opening or a reopen to its first resolve, with what happened in between [R24]."""

    start: int
    acts: list[Event] = field(default_factory=list)
    resolve: Event | None = None


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


def waits(cycle: Cycle) -> list[tuple[int, int | None]]:
    """The waits on the customer, cut to the cycle; the last one may still go on [R27]."""
    found: list[tuple[int, int | None]] = []
    begun = None
    for act in cycle.acts:
        if act.body["action"] == "wait" and begun is None:
            begun = max(act.at, cycle.start)
        elif begun is not None and (act.body["action"] == "resume" or is_message(act, "customer") or resolves(act)):
            found.append((begun, max(begun, act.at)))
            begun = None
    return found if begun is None else [*found, (begun, None)]


def waiting(cycle: Cycle, since: int) -> int:
    """Milliseconds between `since` and the resolve of a closed cycle during which it waited on the customer."""
    return sum(max(0, end - max(start, since)) for start, end in waits(cycle) if end is not None)
