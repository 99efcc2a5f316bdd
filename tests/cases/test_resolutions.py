"""What a ticket tells of its cycles."""

from typing import Any

import pytest

from streams.cases.conventions import Conventions
from streams.cases.facts import CYCLE_RESOLVED
from streams.cases.findings import Outcome
from streams.cases.ticket import ticket_findings
from streams.events.model import Event
from streams.units import DAY, HOUR
from tests.cases.telling import FAR, facts, obligations, outcomes
from tests.make import act, opened, said

MET, BREACHED, OPEN, VOID = Outcome.MET, Outcome.BREACHED, Outcome.OPEN, Outcome.VOID
WEEK = 7 * DAY


def closed(*events: Event) -> list[dict[str, Any]]:
    """The samples of each closed cycle, by their measures."""
    told = facts(*events).get("cycle_resolved", [])
    return [dict(zip(CYCLE_RESOLVED.measures, samples, strict=True)) for _, _, samples in told]


class Halved:
    """Half of all time is working time."""

    def between(self, start: int, end: int) -> int:
        return max(0, end - start) // 2

    def after(self, start: int, duration: int) -> int:
        return start + 2 * duration


def test_business_times_are_the_calendars() -> None:
    found = ticket_findings(
        [opened(0), said(10), act(20, "wait"), act(24, "resume"), act(30, "resolve")],
        FAR,
        Conventions(calendar=Halved()),
    )
    samples = {fact[0]: fact[3] for fact in found.facts}
    assert samples["first_response"][:2] == (10, 5)
    assert samples["first_resolution"] == (30, 15)
    assert samples["full_resolution"] == (26, 13)


def test_resolution_over_two_cycles() -> None:
    """[R24, R27]"""
    waits = act(2, "wait"), act(4, "resume"), act(23, "wait")
    found = facts(opened(0), *waits, act(10, "resolve"), act(20, "reopen"), act(25, "resolve"))
    assert found["first_resolution"] == [(10, ("unknown",) * 3, (10, 10))]
    assert found["full_resolution"] == [(25, ("unknown",) * 3, (15 - 2 - 2,) * 2)]


def test_an_open_second_cycle_leaves_the_first_resolve_the_last() -> None:
    """[R27]"""
    found = facts(opened(0), act(10, "resolve"), act(20, "reopen"))
    assert found["full_resolution"] == [(10, ("unknown",) * 3, (10, 10))]


def test_service_begins_in_hand_and_leaves_waits_out() -> None:
    """[R27, R29]"""
    events: list[Event] = [
        opened(0),
        act(1, "wait"),
        act(5, "assign"),
        act(9, "resume"),
        act(20, "resolve", agent_id="a2"),
    ]
    ((at, dims, samples),) = facts(*events)["cycle_resolved"]
    assert (at, dims, samples[0]) == (20, ("unknown",) * 3 + ("a2",), 11)


@pytest.mark.parametrize(("by", "agent"), [("bot", "automated"), ("system", "automated"), ("customer", "unknown")])
def test_a_cycle_that_nobody_took_in_hand_has_no_time_of_service(by: str, agent: str) -> None:
    """[R9, R29]"""
    ((at, dims, samples),) = facts(opened(0), act(HOUR, "resolve", by))["cycle_resolved"]
    assert (at, dims, samples[0]) == (HOUR, ("unknown",) * 3 + (agent,), None)


def test_messages_up_to_the_resolve_are_counted_and_the_customers_opening_is_one() -> None:
    """[R31, R46]: no bots, no system, no notes, nothing after the resolve."""
    talk = [said(1, "bot"), said(2, "customer"), said(3), said(4, "system"), act(5, "note"), said(6, resolves=True)]
    (cycle,) = closed(opened(0), *talk, said(7), said(8, "customer"))
    assert (cycle["exchanges"], cycle["turns"]) == (4, 2)
    (cycle,) = closed(opened(0, opened_by="agent"), *talk)
    assert cycle["exchanges"] == 3


def test_a_further_cycle_counts_its_own_messages() -> None:
    """[R24, R31]"""
    events = [opened(0), act(5, "resolve"), said(6, "customer"), act(7, "reopen"), said(8), act(9, "resolve")]
    assert [(c["exchanges"], c["turns"]) for c in closed(*events)] == [(1, 1), (1, 1)]


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ((said(1), act(2, "resolve")), True),
        ((said(1, resolves=True),), True),
        ((said(1), said(2, resolves=True)), False),
        ((act(2, "resolve"),), False),
        ((said(1), act(2, "resolve"), act(2 + WEEK, "reopen")), False),
        ((said(1), act(2, "resolve"), act(3 + WEEK, "reopen")), True),
        ((said(1), said(1, "bot"), act(2, "resolve"), said(3)), True),
    ],
)
def test_resolved_at_first_contact(events: tuple[Event, ...], expected: bool) -> None:
    """[R32]: taken back by a reopen up to exactly 7 days later."""
    assert closed(opened(0), *events)[0]["first_contact"] is expected


def test_only_cycle_1_can_be_resolved_at_first_contact() -> None:
    """[R24]"""
    cycles = closed(opened(0), act(1, "resolve"), act(2, "reopen"), said(3, resolves=True))
    assert [cycle["first_contact"] for cycle in cycles] == [False, None]


@pytest.mark.parametrize(("later", "expected"), [(0, True), (WEEK, True), (WEEK + 1, False)])
def test_a_cycle_was_reopened_within_a_week(later: int, expected: bool) -> None:
    """[R32]: each cycle by itself."""
    first = [opened(0), act(1, "resolve"), act(1 + later, "reopen"), act(2 + later, "resolve")]
    assert [cycle["reopened"] for cycle in closed(*first)] == [expected, False]


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ((), (False, False, False)),
        (("agent",), (True, True, False)),
        (("system", "system"), (True, False, True)),
        (("agent", "system"), (True, True, True)),
        (("bot",), (True, False, False)),
    ],
)
def test_escalations_are_functional_or_by_sla(by: tuple[str, ...], expected: tuple[bool, ...]) -> None:
    """[R33]"""
    (cycle,) = closed(opened(0), *(act(1, "escalate", who) for who in by), act(5, "resolve"), act(6, "escalate"))
    assert (cycle["escalated"], cycle["functional"], cycle["by_sla"]) == expected


def test_every_closed_cycle_has_a_method_and_perhaps_a_value() -> None:
    """[R24, R47]: a further resolve of a closed cycle does nothing."""
    refund = act(5, "resolve", resolution_method="refund", settled_value=1250)
    again = act(6, "resolve", resolution_method="remote", settled_value=1)
    found = facts(opened(0, department="care"), refund, again, act(7, "reopen"), act(8, "resolve"))
    assert found["resolution_method"] == [(5, ("refund",), (1,)), (8, ("unknown",), (1,))]
    assert found["settled"] == [(5, ("care", "refund"), (1250,))]


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ((act(2 * DAY, "resolve"),), [(MET, 2 * DAY)]),
        ((act(2 * DAY + 1, "resolve"),), [(BREACHED, 2 * DAY)]),
        ((act(1, "wait"), act(2 * DAY + 1, "resume")), [(BREACHED, 2 * DAY)]),
        ((act(1, "merge"),), [(VOID, 1)]),
        ((act(1, "resolve"), act(9, "reopen")), [(MET, 1), (BREACHED, 9 + 2 * DAY)]),
    ],
)
def test_each_cycle_is_to_be_resolved_in_two_days_waits_or_not(
    events: tuple[Event, ...], expected: list[tuple[Outcome, int]]
) -> None:
    """[R24, R27]: a later reopen does not undo it."""
    assert outcomes("resolved_in_2_days", opened(0), *events) == expected


def test_waits_stop_the_policys_clock() -> None:
    """[R34, R41]"""
    events = opened(0, channel="chat"), act(HOUR, "wait"), said(DAY, "customer")
    late = 2 * DAY + 23 * HOUR
    assert outcomes("resolution", *events, act(late, "resolve")) == [(MET, late)]
    assert outcomes("resolution", *events, act(late + 1, "resolve")) == [(BREACHED, late)]
    assert facts(*events)["sla_resolution"] == [(late, ("default", "chat", "unknown", "unknown"), (False,))]


def test_while_it_waits_nothing_is_due() -> None:
    """[R41]"""
    found = ticket_findings([opened(0, opened_by="agent"), act(1, "assign"), act(HOUR, "wait")], FAR)
    (promise,) = [one for one in found.obligations if one.clock == "resolution"]
    assert (promise.outcome, promise.decided_at, promise.paused) == (OPEN, None, True)
    assert found.due is None


def test_a_ticket_void_while_it_waits_owes_nothing() -> None:
    """[R25]: whenever it comes."""
    assert outcomes("resolution", opened(0), act(HOUR, "wait"), act(99 * DAY, "void")) == [(VOID, 99 * DAY)]


def test_a_breach_before_the_wait_stays() -> None:
    """[R41]"""
    (promise,) = obligations("resolution", opened(0), act(2 * DAY + 1, "wait"))
    assert (promise.outcome, promise.decided_at) == (BREACHED, 2 * DAY)
