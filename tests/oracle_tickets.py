"""The oracle's tickets: what each adds to each KPI, by the specification alone.

Where the specification is open, the comment "Open:" says what was decided here and what else could have been meant.
"""

from collections.abc import Iterator

from tests.oracle_events import Event, Sample
from tests.oracle_promises import Promises, assignment, first_reply, next_responses, resolution
from tests.oracle_service import assignments, closings, interactions
from tests.oracle_ticket_story import Cycle, author, cycles, is_message, ticket_dims, waiting


def ticket_samples(events: list[Event], watermark: int) -> Iterator[Sample]:
    """The samples of one ticket; none before its opening is known, of a review those of its answer alone [R26]."""
    # Open: of two openings of one ticket the first by R4 stands; R7 lets only shipments and surveys be replaced.
    opening = next((event for event in events if event.topic == "ticket-opened"), None)
    if opening is None:
        return
    every = [event for event in events if event.topic == "ticket-answered"]
    end = next((act for act in every if act.body["action"] in ("void", "merge")), None)
    # What comes with or after the first void or merge makes no facts; what had happened stays [R25].
    acts = [act for act in every if end is None or act.key < end.key]
    history, promises = cycles(opening, acts), Promises(opening, acts, end, watermark)
    if opening.get("opened_by") != "agent":
        yield from response_samples(opening, acts, history[0])
        yield from first_reply(promises, history[0])
    if opening.get("kind") == "review":
        return
    if end is None:
        # Open: the opening's own department, even if a transfer is stamped before the opening.
        yield Sample("requests", opening.at, ticket_dims(opening, [], opening.key), 1)
    yield from assignment(promises)
    yield from next_responses(promises)
    yield from resolution(promises, history)
    yield from interactions(opening, acts, every)
    yield from assignments(opening, acts)
    yield from resolution_samples(opening, acts, history)
    yield from service_samples(opening, acts, history)
    yield from closings(opening, acts, history)


def response_samples(opening: Event, acts: list[Event], first: Cycle) -> Iterator[Sample]:
    """The first human message of cycle 1, and how long it took to get to the right place before [R26, R30]."""
    answer = next((act for act in first.acts if is_message(act, "agent")), None)
    if answer is None:
        return
    dims, spent = ticket_dims(opening, acts, answer.key) | {"agent": author(answer)}, max(0, answer.at - opening.at)
    if opening.get("kind") == "review":
        # Open: a review that an agent opened owes no answer either, "as first response".
        yield Sample("review_response_time", answer.at, dims, spent)
        return
    for kpi in ("first_response_time", "first_response_time_business"):
        yield Sample(kpi, answer.at, dims, spent)
    before = [act for act in first.acts if act.key < answer.key and act.body["action"] == "transfer"]
    wrong = [act.at for act in before if act.get("misrouted")]
    yield Sample("misrouted_share", answer.at, dims, (int(bool(wrong)), 1))
    if wrong:
        yield Sample("misrouted_wait", answer.at, dims, max(0, wrong[-1] - opening.at))


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
