"""Timelines: cycles, waits, and what was in force when."""

import pytest

from streams.cases.timeline import Timeline
from streams.events.model import TicketAnswered
from tests.make import act, opened, said


def timeline(*acts: TicketAnswered, **opening: str) -> Timeline:
    return Timeline(opened(0, **opening), sorted(acts, key=lambda a: a.order))


def test_only_a_reopen_of_a_closed_cycle_opens_another() -> None:
    line = timeline(act(1, "reopen"), act(2, "resolve"), act(3, "resolve"), act(4, "reopen"), act(5, "reopen"))
    assert [(c.start, c.resolve and c.resolve.occurred_at) for c in line.cycles] == [(0, 2), (4, None)]


def test_a_message_that_resolves_closes_and_answers() -> None:
    message = said(5, resolves=True)
    cycle = timeline(message).cycles[0]
    assert (cycle.reply, cycle.resolve) == (message, message)


def test_bots_notes_and_customers_are_no_reply() -> None:
    human = said(9)
    acts = [said(1, "bot"), said(2, "customer"), act(3, "note"), act(4, "assign"), human, said(10)]
    assert timeline(*acts).cycles[0].reply is human


@pytest.mark.parametrize(
    ("acts", "opening", "expected"),
    [
        ((said(5),), {}, 5),
        ((act(3, "assign", "system"), said(5)), {}, 3),
        ((said(5), act(7, "assign")), {}, 5),
        ((said(4, "bot"), act(9, "resolve")), {}, None),
        ((said(5),), {"assigned_to": "a9"}, 0),
        ((said(-5),), {"assigned_to": "a9"}, -5),
    ],
)
def test_taken_in_hand_at_the_earliest_sign(
    acts: tuple[TicketAnswered, ...], opening: dict[str, str], expected: int | None
) -> None:
    assert timeline(*acts, **opening).cycles[0].taken_on == expected


@pytest.mark.parametrize("end", [act(8, "resume"), said(8, "customer"), act(8, "resolve"), said(8, resolves=True)])
def test_a_wait_ends_at_a_resume_a_customers_message_or_a_resolve(end: TicketAnswered) -> None:
    line = timeline(act(3, "wait"), act(5, "wait"), said(6), end, act(9, "resume"))
    assert line.cycles[0].waits == [(3, 8)]


def test_a_wait_that_nothing_ends_is_none_and_waits_are_cut_to_a_start() -> None:
    assert timeline(act(3, "wait"), said(9)).cycles[0].waits == []
    cycle = timeline(act(3, "wait"), act(8, "resume")).cycles[0]
    assert (cycle.waited(0), cycle.waited(5), cycle.waited(8)) == ([(3, 8)], [(5, 8)], [])


def test_each_cycle_has_its_own_waits() -> None:
    acts = [act(1, "wait"), act(2, "resolve"), act(3, "reopen"), act(4, "wait"), act(6, "resume"), act(7, "resolve")]
    assert [cycle.waits for cycle in timeline(*acts).cycles] == [[(1, 2)], [(4, 6)]]


def test_department_and_priority_as_in_force() -> None:
    move, rise, reply = act(3, "transfer", to_department="care"), act(5, "reprioritise", priority="high"), said(9)
    line = timeline(move, rise, reply, department="sales")
    stood = [(s.department, s.priority) for s in (line.standing(move), line.standing(rise), line.standing(reply))]
    assert stood == [("sales", "unknown"), ("care", "unknown"), ("care", "high")]
    assert [line.standing_at(at).department for at in (2, 3, 99)] == ["sales", "care", "care"]


def test_a_transfer_to_nowhere_leaves_the_department() -> None:
    line = timeline(act(3, "transfer"), department="sales")
    assert line.standing_at(9).department == "sales"


@pytest.mark.parametrize("end", ["void", "merge"])
def test_nothing_happens_after_the_end(end: str) -> None:
    line = timeline(act(3, end), said(5), act(6, "resolve"))
    assert line.gone_at == 3
    assert (line.cycles[0].reply, line.cycles[0].resolve) == (None, None)


@pytest.mark.parametrize("end", ["void", "merge"])
def test_work_after_the_end_is_still_work(end: str) -> None:
    last = said(5, handling=3, holds=(1,))
    line = timeline(act(3, end), last)
    assert (line.handled, line.held) == ([last], [last])


def test_a_question_is_the_oldest_message_without_an_answer() -> None:
    """[R28]"""
    first, second, answer, third = said(3, "customer"), said(4, "customer"), said(6), said(7, "customer")
    line = timeline(said(1, "customer"), said(2), first, second, answer, third)
    assert [(q.message, q.number, q.end, q.answered) for q in line.questions] == [
        (first, 1, answer, True),
        (third, 2, None, False),
    ]


def test_what_came_first_into_somebodys_hands() -> None:
    """[R41]: a resolve is none of it."""
    assign = act(3, "assign", "system")
    assert timeline(act(1, "resolve"), assign, said(5)).in_hand is assign
    early = said(-5)
    assert timeline(early, assigned_to="a1").in_hand is early
    line = timeline(assign, assigned_to="a1")
    assert line.in_hand is line.opening
