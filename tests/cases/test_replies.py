"""What a ticket tells of answers."""

import pytest

from streams.cases.findings import Findings, Outcome
from streams.cases.ticket import ticket_findings
from streams.events.model import Event
from streams.units import DAY, HOUR
from tests.cases.telling import FAR, facts, obligations, outcomes
from tests.make import act, opened, said

MET, BREACHED, OPEN, VOID = Outcome.MET, Outcome.BREACHED, Outcome.OPEN, Outcome.VOID


def test_the_first_response_is_its_authors_under_what_was_in_force() -> None:
    """[R8]"""
    events: list[Event] = [
        opened(0, channel="email"),
        act(3, "transfer", to_department="care"),
        said(7, agent_id="a7"),
        said(9),
    ]
    assert facts(*events)["first_response"] == [(7, ("email", "care", "unknown", "a7"), (7, 7, False, None))]


def test_a_response_before_the_opening_took_no_time_and_is_counted() -> None:
    """[R4]"""
    found = ticket_findings([opened(10), said(5)], FAR)
    told = [f[1:] for f in found.facts if f[0] == "first_response"]
    assert told == [(5, ("unknown",) * 3 + ("a1",), (0, 0, False, None))]
    assert found.negatives == 1


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ((), (False, None)),
        ((act(3, "transfer", to_department="care"),), (False, None)),
        ((act(3, "transfer", to_department="care", misrouted=True),), (True, 3)),
        ((act(3, "transfer", misrouted=True), act(5, "transfer", misrouted=True), act(6, "transfer")), (True, 5)),
        ((act(10, "transfer", misrouted=True),), (False, None)),
    ],
)
def test_misrouted_before_the_first_answer(before: tuple[Event, ...], expected: tuple[bool, int | None]) -> None:
    """[R30]: the last misrouted transfer before it; the share is over all with a first response."""
    ((_, _, samples),) = facts(opened(0), *before, said(9))["first_response"]
    assert samples[2:] == expected


def test_without_an_answer_nothing_was_misrouted() -> None:
    """[R30]"""
    assert "first_response" not in facts(opened(0), act(3, "transfer", misrouted=True), act(5, "resolve"), said(9))


@pytest.mark.parametrize(
    ("events", "asof", "expected"),
    [
        ((said(DAY),), 0, (MET, DAY)),
        ((said(DAY + 1),), 0, (BREACHED, DAY)),
        ((), DAY, (OPEN, None)),
        ((), DAY + 1, (BREACHED, DAY)),
        ((act(5, "resolve", "bot"),), 0, (MET, 5)),
        ((act(5, "void"),), FAR, (VOID, 5)),
        ((act(DAY, "void"),), FAR, (VOID, DAY)),
        ((act(DAY + 1, "merge"),), FAR, (BREACHED, DAY)),
        ((said(5), act(5, "void")), FAR, (MET, 5)),
        ((said(5, "bot"), act(6, "note"), act(7, "assign")), FAR, (BREACHED, DAY)),
        ((act(1, "wait"),), DAY + 1, (BREACHED, DAY)),
    ],
)
def test_answered_within_a_day(events: tuple[Event, ...], asof: int, expected: tuple[Outcome, int | None]) -> None:
    """[R25–R27]"""
    assert outcomes("answered_in_24h", opened(0), *events, asof=asof) == [expected]


def test_the_policy_promises_an_answer_within_four_hours() -> None:
    """[R34, R41]"""
    events = opened(0, channel="chat", department="care"), act(HOUR, "reprioritise", priority="high")
    assert facts(*events, said(4 * HOUR))["sla_first_response"] == [
        (4 * HOUR, ("default", "chat", "care", "high"), (True,))
    ]
    assert facts(*events, said(4 * HOUR + 1))["sla_first_response"][0][2] == (False,)
    assert outcomes("first_response", *events, act(5, "resolve")) == [(MET, 5)]


def test_a_breach_is_the_departments_at_the_deadline() -> None:
    events: list[Event] = [
        opened(0, department="sales"),
        act(DAY, "transfer", to_department="care"),
        act(2 * DAY, "transfer", to_department="it"),
    ]
    assert facts(*events)["answered_in_24h"] == [(DAY, ("unknown", "care", "unknown"), (False,))]


def test_tickets_of_agents_owe_no_first_response() -> None:
    """[R26]"""
    events = opened(0, opened_by="agent"), said(5), act(6, "resolve")
    assert {"first_response", "answered_in_24h", "sla_first_response"} & facts(*events).keys() == set()
    assert {one.clock for one in ticket_findings(events, FAR).obligations} == {
        "assignment",
        "resolution",
        "resolved_in_2_days",
    }


def asked(*events: Event) -> list[int]:
    """The samples of next_response."""
    return [samples[0] for _, _, samples in facts(opened(0), *events).get("next_response", [])]


def test_the_next_response_is_to_the_oldest_unanswered_message_after_the_first() -> None:
    """[R28]"""
    talk = [said(1, "customer"), said(5), said(6, "customer"), said(8, "customer"), said(9, "bot"), act(10, "note")]
    assert asked(*talk) == []
    assert asked(*talk, said(11), said(12), said(20, "customer"), said(21)) == [5, 1]


def test_a_resolve_ends_it_without_a_sample_and_a_message_that_resolves_with_one() -> None:
    """[R26]"""
    talk = [said(5), said(6, "customer")]
    assert asked(*talk, act(9, "resolve"), said(12)) == []
    assert outcomes("next_response", opened(0), *talk, act(9, "resolve"), said(12)) == [(MET, 9)]
    assert asked(*talk, said(9, resolves=True)) == [3]


def test_each_question_is_promised_an_answer_within_eight_hours() -> None:
    """[R34, R41]: by its number in its cycle."""
    first = [said(5), said(6, "customer"), said(6 + 8 * HOUR), said(DAY, "customer"), said(DAY + 8 * HOUR + 1)]
    second = [act(2 * DAY, "resolve"), act(3 * DAY, "reopen"), said(3 * DAY, "customer"), said(4 * DAY, "customer")]
    promises = obligations("next_response", opened(0), *first, *second)
    assert [(one.cycle, one.number, one.outcome, one.decided_at) for one in promises] == [
        (1, 1, MET, 6 + 8 * HOUR),
        (1, 2, BREACHED, DAY + 8 * HOUR),
        (2, 1, BREACHED, 3 * DAY + 8 * HOUR),
    ]
    assert len({one.key for one in promises}) == 3


def test_a_void_leaves_an_open_question_undecided() -> None:
    """[R25]"""
    assert outcomes("next_response", opened(0), said(5), said(6, "customer"), act(9, "merge")) == [(VOID, 9)]


def test_a_review_tells_of_its_answer_and_of_nothing_else() -> None:
    """[R26]"""
    review = opened(0, kind="review", channel="web", assigned_to="a1", screens=3)
    handled = said(5, handling=10, holds=(3,))
    assert facts(review, handled, act(6, "resolve")) == {
        "review_response": [(5, ("web",), (5,))],
        "review_answered": [(5, ("web",), (True,))],
    }
    unasked = ticket_findings([opened(0, kind="review", opened_by="agent"), said(5)], FAR)
    assert unasked == Findings(digest=unasked.digest)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ((), (BREACHED, 2 * DAY)),
        ((said(2 * DAY),), (MET, 2 * DAY)),
        ((act(7, "resolve"),), (MET, 7)),
        ((act(7, "wait"), act(8, "void")), (VOID, 8)),
    ],
)
def test_reviews_are_to_be_answered_in_two_days(events: tuple[Event, ...], expected: tuple[Outcome, int]) -> None:
    """[R26, R27]"""
    assert outcomes("review_answered", opened(0, kind="review"), *events) == [expected]
