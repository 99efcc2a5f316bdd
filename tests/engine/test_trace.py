"""The trace of an event goes on to what the event made."""

from streams.cases.findings import Outcome
from streams.engine.terms import Terms
from streams.engine.whole import Whole
from streams.events.journal import Entry
from streams.units import DAY, HOUR
from tests.make import opened, said

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_a_transition_has_the_trace_of_the_event_that_made_it_and_a_deadline_has_none() -> None:
    partition = Whole(Terms(), announce=True).partition
    partition.absorb([(0, Entry(opened(0))), (1, Entry(said(HOUR), 0, 1, 0, TRACE))])
    answered = partition.flush()
    partition.flushed(answered)
    assert {t.trace for t in answered.transitions} == {TRACE}
    partition.absorb([(2, Entry(opened(2 * HOUR, ticket_id="t2"), 0, 2, 0, TRACE))])
    partition.flushed(partition.flush())
    partition.absorb([(3, Entry(opened(3 * DAY, ticket_id="t3")))])
    overdue = [t for t in partition.flush().transitions if t.obligation.outcome is Outcome.BREACHED]
    assert overdue
    assert {t.trace for t in overdue} == {None}


def test_a_refusal_has_the_trace_of_its_event() -> None:
    partition = Whole(Terms(retention=DAY)).partition
    partition.absorb([(0, Entry(opened(9 * DAY))), (1, Entry(opened(0, ticket_id="t2"), 0, 1, 0, TRACE))])
    assert [refusal.trace for refusal in partition.flush().refusals] == [TRACE]
