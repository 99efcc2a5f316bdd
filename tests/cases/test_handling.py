"""What a ticket tells of the work on it."""

import pytest

from streams.cases.findings import Outcome
from streams.events.model import Event
from streams.units import HOUR
from tests.cases.telling import facts, outcomes
from tests.make import act, opened, said

MET, BREACHED, VOID = Outcome.MET, Outcome.BREACHED, Outcome.VOID


def test_an_openings_effort_is_what_it_tells() -> None:
    """[R33, R45]: missing is no sample, 0 is one."""
    assert facts(opened(5, channel="web", clicks=0))["effort"] == [(5, ("web",), (None, 0))]
    assert "effort" not in facts(opened(5))


def test_each_interaction_tells_how_long_it_took() -> None:
    """[R45]: those with and after a void too."""
    events = (
        opened(0, channel="web"),
        said(1, handling=60),
        act(2, "note"),
        act(3, "void", handling=0),
        said(4, handling=9),
    )
    assert facts(*events)["handled"] == [(1, ("web",), (60,)), (3, ("web",), (0,)), (4, ("web",), (9,))]


def test_holds_each_and_together_at_the_last_one() -> None:
    """[R45]: under the department in force."""
    move = act(2, "transfer", to_department="care")
    events = opened(0, channel="phone", department="sales"), said(1, holds=(10, 0)), move, said(3, holds=(5,)), said(4)
    assert facts(*events)["held"] == [
        (1, ("phone", "sales"), (10, None)),
        (1, ("phone", "sales"), (0, None)),
        (3, ("phone", "care"), (5, None)),
        (3, ("phone", "care"), (None, 15)),
    ]


@pytest.mark.parametrize(
    ("opening", "events", "expected"),
    [
        ({}, (), (BREACHED, HOUR)),
        ({}, (act(HOUR, "assign", "system", to_agent="a1"),), (MET, HOUR)),
        ({}, (said(HOUR + 1),), (BREACHED, HOUR)),
        ({}, (said(5),), (MET, 5)),
        ({"opened_by": "agent"}, (said(5),), (MET, 5)),
        ({"assigned_to": "a1"}, (said(5),), (MET, 0)),
        ({"assigned_to": "a1"}, (said(-5),), (MET, -5)),
        ({}, (act(5, "resolve", "bot"),), (BREACHED, HOUR)),
        ({}, (act(5, "wait"), act(6, "void")), (VOID, 6)),
    ],
)
def test_a_ticket_is_to_be_in_somebodys_hands_within_an_hour(
    opening: dict[str, str], events: tuple[Event, ...], expected: tuple[Outcome, int]
) -> None:
    """[R34, R41]"""
    assert outcomes("assignment", opened(0, **opening), *events) == [expected]


def passed_on(opening: Event, *acts: Event) -> list[bool]:
    """Of each assignment whether it passed the ticket on."""
    told = [samples for _, _, samples in facts(opening, *acts).get("assigned", [])]
    assert all(hit == (count == 1) for hit, count in told)
    return [hit for hit, _ in told]


@pytest.mark.parametrize(
    ("acts", "expected"),
    [
        ((act(1, "assign", "system", to_agent="a2"),), [True]),
        ((act(1, "assign", "bot", to_agent="a2"),), [True]),
        ((act(1, "assign", "system", to_agent="a1"),), [False]),
        ((act(1, "assign", "agent", to_agent="a2"),), [False]),
        ((said(1), act(2, "assign", "system", to_agent="a2")), [False]),
        ((act(1, "assign", "agent", to_agent="a2"), act(2, "assign", "system", to_agent="a3")), [False, True]),
    ],
)
def test_an_unattended_ticket_is_passed_on_automatically(acts: tuple[Event, ...], expected: list[bool]) -> None:
    assert passed_on(opened(0, assigned_to="a1"), *acts) == expected


def test_a_first_assignment_passes_nothing_on() -> None:
    assert passed_on(opened(0), act(1, "assign", "system", to_agent="a2")) == [False]
