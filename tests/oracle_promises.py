"""The oracle's promises of tickets: within how much time what was due, and the next responses [R26–R28, R34, R41]."""

from collections.abc import Iterator

from tests.oracle_events import Event, Sample, decided
from tests.oracle_ticket_story import Cycle, is_message, resolves, ticket_dims, waits

HOUR, FOR_EVER = 3_600_000, 10**18


class Promises:
    """A ticket's acts before its end, and the watermark up to which deadlines count."""

    def __init__(self, opening: Event, acts: list[Event], end: Event | None, watermark: int) -> None:
        self.opening, self.acts = opening, acts
        # A deadline that a void or merge reaches or precedes is not decided; one before it was breached [R25].
        self.watermark = watermark if end is None else min(watermark, end.at)

        self.gone = end is not None

    def sample(self, kpi: str, deadline: int | None, end: Event | None) -> Iterator[Sample]:
        """The decision of one obligation of the default policy, under what was in force then; or that it is open."""
        outcome = None if deadline is None else decided(deadline, end.at if end else None, self.watermark)
        if outcome is None and not self.gone:
            yield Sample("waiting", self.watermark, ticket_dims(self.opening, self.acts, (FOR_EVER,)), 1)
        if outcome is not None and deadline is not None:
            # What changes exactly at a deadline is in force when the deadline has passed.
            key = end.key if outcome[1] and end is not None else (deadline + 1,)
            dims = ticket_dims(self.opening, self.acts, key) | {"policy": "default"}
            yield Sample(kpi, outcome[0], dims, (int(outcome[1]), 1))


def first_reply(promises: Promises, first: Cycle) -> Iterator[Sample]:
    """Cycle 1's first answer; a resolve without one meets it too."""
    answer = next((act for act in first.acts if is_message(act, "agent")), first.resolve)
    start = promises.opening.at
    if promises.opening.get("kind") == "review":
        yield from promises.sample("review_answered", start + 48 * HOUR, answer)
    else:
        yield from promises.sample("answered_in_24h", start + 24 * HOUR, answer)
        yield from promises.sample("sla_first_response", start + 4 * HOUR, answer)


def assignment(promises: Promises) -> Iterator[Sample]:
    """Into somebody's hands: `assigned_to`, an assign or a human message, whichever is first.

    Open: a resolve is not among the ends that R41 lists, and an assign after it is still the first.
    """
    ends = [act for act in promises.acts if act.body["action"] == "assign" or is_message(act, "agent")]
    ends += [promises.opening] if promises.opening.get("assigned_to") else []
    end = min(ends, key=lambda event: event.key, default=None)
    yield from promises.sample("sla_assignment", promises.opening.at + HOUR, end)


def resolution(promises: Promises, history: list[Cycle]) -> Iterator[Sample]:
    """Each cycle within 48 hours: of time on the clock by the policy, of all time by resolved_in_2_days."""
    for cycle in history:
        yield from promises.sample("resolved_in_2_days", cycle.start + 48 * HOUR, cycle.resolve)
        deadline: int | None = cycle.start + 48 * HOUR
        for start, end in waits(cycle):
            # Open: a wait that begins at the deadline itself still stops the clock.
            if deadline is not None and start <= deadline:
                deadline = None if end is None else deadline + end - start
        yield from promises.sample("sla_resolution", deadline, cycle.resolve)


def next_responses(promises: Promises) -> Iterator[Sample]:
    """The oldest unanswered customer message after the first human message, up to the next one or a closing resolve.

    Open: cycles play no part, but a resolve of a closed cycle does nothing.
    """
    replied, asked, closed = False, None, False
    for act in promises.acts:
        if is_message(act, "customer") and replied and asked is None:
            asked = act
        human, closing = is_message(act, "agent"), resolves(act) and not closed
        if asked is not None and (human or closing):
            if human:
                dims = ticket_dims(promises.opening, promises.acts, act.key)
                yield Sample("next_response_time", act.at, dims, act.at - asked.at)
            yield from promises.sample("sla_next_response", asked.at + 8 * HOUR, act)
            asked = None
        replied = replied or human
        closed = (closed or closing) and not (closed and act.body["action"] == "reopen")
    if asked is not None:
        yield from promises.sample("sla_next_response", asked.at + 8 * HOUR, None)
