"""What a customer still waits for, and how it stands."""

import pytest

from streams.cases.facts import AT_RISK, OVERDUE, PENDING, WITHIN
from streams.cases.ticket import ticket_findings
from streams.events.model import Event
from streams.units import DAY, HOUR
from tests.cases.telling import facts
from tests.make import act, opened, said


def standing(*events: Event, asof: int) -> dict[str, list[tuple[int, int]]]:
    """How each promise that is not kept stands, and since when, by clock."""
    out: dict[str, list[tuple[int, int]]] = {}
    for at, _, samples in facts(*events, asof=asof).get("pending", ()):
        for clock, told in zip(PENDING.measures, samples, strict=True):
            out.setdefault(clock, []).extend(told or ())
            assert {since for _, since in told or ()} <= {at}
    return {clock: told for clock, told in out.items() if told}


@pytest.mark.parametrize(
    ("asof", "expected"),
    [
        (48 * 60_000 - 1, WITHIN),
        (48 * 60_000, AT_RISK),
        (HOUR, AT_RISK),
        (HOUR + 1, OVERDUE),
        (9 * DAY, OVERDUE),
    ],
)
def test_at_risk_from_four_fifths_and_overdue_past_the_deadline(asof: int, expected: int) -> None:
    assert standing(opened(0), asof=asof)["assignment"] == [(expected, 0)]


def test_the_case_is_looked_at_again_when_a_promise_comes_to_be_at_risk() -> None:
    assert ticket_findings([opened(0)], 0).due == 48 * 60_000 - 1
    assert ticket_findings([opened(0)], 48 * 60_000).due == HOUR


def test_what_is_kept_or_void_is_waited_for_no_more() -> None:
    answered = opened(0), said(9 * HOUR)
    assert "first_response" in standing(answered[0], asof=9 * HOUR)
    assert standing(*answered, asof=9 * HOUR).keys() == {"resolution", "resolved_in_2_days"}
    assert standing(*answered, act(10 * HOUR, "resolve"), asof=9 * DAY) == {}
    assert standing(opened(0), act(HOUR, "void"), asof=9 * DAY) == {}


def test_each_question_waits_from_its_own_instant() -> None:
    events = opened(0), said(1), said(DAY, "customer")
    assert standing(*events, asof=DAY)["next_response"] == [(WITHIN, DAY)]
    assert "next_response" not in standing(*events, said(DAY + 5), asof=DAY + 5)


def test_a_cycle_begun_again_waits_from_there() -> None:
    events = opened(0), act(1, "resolve"), act(DAY, "reopen", "customer")
    assert standing(*events, asof=DAY)["resolution"] == [(WITHIN, DAY)]


@pytest.mark.parametrize(("since", "expected"), [(38 * HOUR, WITHIN), (39 * HOUR, AT_RISK)])
def test_a_clock_that_stands_still_stays_as_it_was(since: int, expected: int) -> None:
    """80 % of 48 h are 38.4 h."""
    assert standing(opened(0), act(since, "wait"), asof=30 * DAY)["resolution"] == [(expected, 0)]


def test_a_wait_puts_off_when_it_is_at_risk() -> None:
    events = opened(0), act(HOUR, "wait"), act(11 * HOUR, "resume")
    edge = 48 * HOUR + 10 * HOUR - 48 * HOUR // 5
    found = [standing(*events, asof=asof)["resolution"] for asof in (edge - 1, edge)]
    assert found == [[(WITHIN, 0)], [(AT_RISK, 0)]]


def test_it_counts_under_what_is_in_force_now() -> None:
    ((_, dims, _),) = facts(opened(0, channel="web"), act(5, "transfer", to_department="care"), asof=6)["pending"]
    assert dims == ("web", "care", "unknown")


def test_a_review_waits_for_its_answer_alone() -> None:
    assert standing(opened(0, kind="review"), asof=3 * DAY) == {"review_answered": [(OVERDUE, 0)]}
