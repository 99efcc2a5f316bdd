"""Turns of a conversation [R31, R46]."""

import pytest

from streams.cases.turns import SAME_TURN, turns
from streams.events.model import TicketAnswered
from tests.make import opened, said


def talk(*words: tuple[int, str]) -> list[TicketAnswered]:
    """Messages at instants, of the customer (c) or an agent."""
    return [said(at, "customer") if who == "c" else said(at, agent_id=who) for at, who in words]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), 0),
        (((0, "c"),), 1),
        (((0, "c"), (SAME_TURN, "c")), 1),
        (((0, "c"), (SAME_TURN + 1, "c")), 2),
        (((0, "c"), (SAME_TURN, "c"), (2 * SAME_TURN, "c")), 1),
        (((0, "c"), (1, "a1"), (2, "c")), 3),
        (((0, "a1"), (1, "a2"), (2, "a2")), 2),
    ],
)
def test_an_author_goes_on_within_five_minutes_while_nobody_else_writes(
    words: tuple[tuple[int, str], ...], expected: int
) -> None:
    """[R31]"""
    assert turns(None, talk(*words)) == expected


def test_the_customers_opening_begins_his_turn() -> None:
    """[R31]"""
    assert turns(opened(0), talk((1, "c"), (2, "a1"))) == 2
    assert turns(opened(0), []) == 1


def test_an_opening_stands_where_it_is_stamped() -> None:
    """[R4]: an answer before it, by a clock that is wrong."""
    assert turns(opened(10), talk((5, "a1"), (12, "c"))) == 2
    assert turns(opened(10), talk((5, "c"), (12, "c"))) == 1
    tie = [said(10, agent_id="a1", event_id="b"), said(10, agent_id="a1", event_id="y")]
    assert turns(opened(10, event_id="x"), tie) == 3
    assert turns(opened(10, event_id="a"), tie) == 2
