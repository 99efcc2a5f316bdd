"""The snapshots of one ServiceNow incident, in the log's order, told as events [R55]."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from streams.importers.rows import Line, Outcome, Refused, present
from streams.importers.snapshot import Snapshot
from streams.names import TICKET_ANSWERED, TICKET_OPENED
from streams.units import rfc3339

RESOLVED = "Resolved"
WAITING = "Awaiting User Info"


class _Act(NamedTuple):
    """What an update did: an action of ticket-answered, its instant, its author, its further fields."""

    action: str
    at: int
    agent: str | None
    fields: Mapping[str, Any] = {}


def story(snapshots: Sequence[Snapshot]) -> Iterator[Outcome]:
    """The opening and the acts of an incident, or, where nobody could open it, the refusal of its rows.

    Event ids count up, so that acts of the same minute keep their order [R4].
    """
    if not snapshots:
        return
    customer = next((found.caller for found in snapshots if found.caller), None)
    opened = next((found.opened for found in snapshots if found.opened is not None), None)
    if customer is None or opened is None:
        column = "caller_id" if customer is None else "opened_at"
        yield from (Refused(found.row, column, "missing in all rows of the incident") for found in snapshots)
        return
    ticket = {"customer_id": customer, "ticket_id": snapshots[0].number}
    yield _line(TICKET_OPENED, 0, opened, {**ticket, **_opening(snapshots[0])})
    for number, act in enumerate(_acts(snapshots), 1):
        yield _line(TICKET_ANSWERED, number, act.at, {**ticket, **_answer(act)})


def _opening(first: Snapshot) -> dict[str, Any]:
    """What is only known from the first update on counts as known at the opening."""
    return {
        "region": first.location,
        "channel": first.channel,
        "kind": "incident",
        "department": first.group,
        "category": first.category,
        "priority": first.priority,
        "assigned_to": first.assignee,
    }


def _answer(act: _Act) -> dict[str, Any]:
    by = "agent" if act.agent else "system"
    return {"action": act.action, "by": by, "agent_id": act.agent, **act.fields}


def _line(topic: str, number: int, at: int, fields: Mapping[str, Any]) -> Line:
    event_id = f"{fields['ticket_id']}/{number:04d}"
    common = {"event_id": event_id, "source": "servicenow", "occurred_at": rfc3339(at)}
    return {"topic": topic, "value": present({**common, **fields})}


def _acts(snapshots: Sequence[Snapshot]) -> Iterator[_Act]:
    """Differences of each snapshot to the one before; the first is compared to a new incident like itself."""
    before = snapshots[0]._replace(state="New", reopened=0)
    closed = False
    for place, after in enumerate(snapshots):
        if after.reopened > before.reopened:
            closed = False
            yield _Act("reopen", after.updated, after.updated_by)
        yield from _changes(before, after)
        if after.state == RESOLVED and not closed:
            closed = True
            yield _resolve(after, snapshots[place + 1 :], snapshots[:place])
        before = _carried(before, after)


def _changes(before: Snapshot, after: Snapshot) -> Iterator[_Act]:
    at, by = after.updated, after.updated_by
    if before.state == WAITING != after.state:
        yield _Act("resume", at, by)
    if after.group not in (None, before.group):
        yield _Act("transfer", at, by, {"to_department": after.group})
    if after.assignee not in (None, before.assignee):
        yield _Act("assign", at, by, {"to_agent": after.assignee})
    if after.priority not in (None, before.priority):
        yield _Act("reprioritise", at, by, {"priority": after.priority})
    if before.state != WAITING == after.state:
        yield _Act("wait", at, by)


def _carried(before: Snapshot, after: Snapshot) -> Snapshot:
    """The newer snapshot; what it does not know stays as it was."""
    return after._replace(
        reopened=max(before.reopened, after.reopened),
        group=after.group or before.group,
        assignee=after.assignee or before.assignee,
        priority=after.priority or before.priority,
    )


def _resolve(resolving: Snapshot, later: Sequence[Snapshot], earlier: Sequence[Snapshot]) -> _Act:
    """The resolve of the cycle: at `resolved_at`, by the one named there.

    The log writes the last resolution of an incident into all its rows. A cycle that this instant lies outside of was
    resolved at the update itself, by whom the incident was assigned to.
    """
    reopened = next((found.updated for found in later if found.reopened > resolving.reopened), None)
    begun = next((found.updated for found in earlier if found.reopened == resolving.reopened > 0), None)
    at = resolving.resolved
    method = {"resolution_method": resolving.closed_code}
    if at is None or (reopened is not None and at > reopened) or (begun is not None and at < begun):
        agent = resolving.assignee or resolving.updated_by
        return _Act("resolve", resolving.updated, agent if at is not None else resolving.resolved_by or agent, method)
    return _Act("resolve", at, resolving.resolved_by or resolving.assignee or resolving.updated_by, method)
