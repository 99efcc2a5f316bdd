"""Tickets: what they tell of response, resolution and service."""

from typing import Any

import pytest

from streams.cases.conventions import Conventions
from streams.cases.findings import Findings, Outcome
from streams.cases.ticket import ticket_findings
from streams.events.model import Event
from streams.units import DAY, HOUR
from tests.make import act, opened, said

FAR = 1_000 * DAY


def facts(*events: Event, asof: int = FAR) -> dict[str, list[tuple[Any, ...]]]:
    """Instant, dimensions and samples by kind."""
    out: dict[str, list[tuple[Any, ...]]] = {}
    for kind, *rest in ticket_findings(events, asof).facts:
        out.setdefault(kind, []).append(tuple(rest))
    return out


def answered(*events: Event, asof: int = FAR) -> tuple[Outcome, int | None]:
    promise = ticket_findings(events, asof).obligations[0]
    return promise.outcome, promise.decided_at


class Halved:
    """Half of all time is working time."""

    def between(self, start: int, end: int) -> int:
        return max(0, end - start) // 2


def test_without_an_opening_it_is_an_orphan() -> None:
    assert ticket_findings([said(5)], FAR) == Findings(orphaned=True)


def test_an_opening_counts_with_its_own_dimensions() -> None:
    ticket = opened(5, channel="email", department="sales", category="bill", campaign="spring")
    assert facts(ticket, act(6, "transfer", to_department="care"))["ticket_opened"] == [
        (5, ("email", "sales", "bill", "spring"), (1,))
    ]


@pytest.mark.parametrize("end", ["void", "merge"])
def test_a_ticket_that_went_leaves_the_requests_and_keeps_what_had_happened(end: str) -> None:
    found = facts(opened(0), said(5), act(6, "resolve"), act(9, end))
    assert "ticket_opened" not in found
    assert {"first_response", "answered_in_24h", "first_resolution"} <= found.keys()


def test_the_first_response_is_its_authors_under_what_was_in_force() -> None:
    events: list[Event] = [
        opened(0, channel="email"),
        act(3, "transfer", to_department="care"),
        said(7, agent_id="a7"),
        said(9),
    ]
    assert facts(*events)["first_response"] == [(7, ("email", "care", "unknown", "a7"), (7, 7))]


def test_a_response_before_the_opening_took_no_time() -> None:
    found = ticket_findings([opened(10), said(5)], FAR)
    assert [f[1:] for f in found.facts if f[0] == "first_response"] == [(5, ("unknown",) * 3 + ("a1",), (0, 0))]
    assert found.negatives == 1


def test_business_times_are_the_calendars() -> None:
    found = ticket_findings(
        [opened(0), said(10), act(20, "wait"), act(24, "resume"), act(30, "resolve")],
        FAR,
        Conventions(calendar=Halved()),
    )
    samples = {fact[0]: fact[3] for fact in found.facts}
    assert samples["first_response"] == (10, 5)
    assert samples["first_resolution"] == (30, 15)
    assert samples["full_resolution"] == (26, 13)


@pytest.mark.parametrize(
    ("events", "asof", "expected"),
    [
        ((said(DAY),), 0, (Outcome.MET, DAY)),
        ((said(DAY + 1),), 0, (Outcome.BREACHED, DAY)),
        ((), DAY, (Outcome.OPEN, None)),
        ((), DAY + 1, (Outcome.BREACHED, DAY)),
        ((act(5, "resolve", "bot"),), 0, (Outcome.MET, 5)),
        ((act(5, "void"),), FAR, (Outcome.VOID, 5)),
        ((act(DAY, "void"),), FAR, (Outcome.VOID, DAY)),
        ((act(DAY + 1, "merge"),), FAR, (Outcome.BREACHED, DAY)),
        ((said(5), act(5, "void")), FAR, (Outcome.MET, 5)),
        ((said(5, "bot"), act(6, "note"), act(7, "assign")), FAR, (Outcome.BREACHED, DAY)),
    ],
)
def test_answered_within_a_day(events: tuple[Event, ...], asof: int, expected: tuple[Outcome, int | None]) -> None:
    assert answered(opened(0), *events, asof=asof) == expected


def test_a_breach_is_the_departments_at_the_deadline() -> None:
    events: list[Event] = [
        opened(0, department="sales"),
        act(DAY, "transfer", to_department="care"),
        act(2 * DAY, "transfer", to_department="it"),
    ]
    assert facts(*events)["answered_in_24h"] == [(DAY, ("unknown", "care", "unknown"), (False,))]


def test_tickets_of_agents_owe_no_first_response() -> None:
    found = ticket_findings([opened(0, opened_by="agent"), said(5), act(6, "resolve")], FAR)
    assert found.obligations == []
    assert {fact[0] for fact in found.facts} == {
        "ticket_opened",
        "first_resolution",
        "full_resolution",
        "cycle_resolved",
    }


def test_reviews_are_no_requests() -> None:
    assert ticket_findings([opened(0, kind="review"), said(5), act(6, "resolve")], FAR) == Findings()


def test_resolution_over_two_cycles() -> None:
    waits = act(2, "wait"), act(4, "resume"), act(23, "wait")
    found = facts(opened(0), *waits, act(10, "resolve"), act(20, "reopen"), act(25, "resolve"))
    assert found["first_resolution"] == [(10, ("unknown",) * 3, (10, 10))]
    assert found["full_resolution"] == [(25, ("unknown",) * 3, (15 - 2 - 2,) * 2)]


def test_an_open_second_cycle_leaves_the_first_resolve_the_last() -> None:
    found = facts(opened(0), act(10, "resolve"), act(20, "reopen"))
    assert found["full_resolution"] == [(10, ("unknown",) * 3, (10, 10))]


def test_service_begins_in_hand_and_leaves_waits_out() -> None:
    events: list[Event] = [
        opened(0),
        act(1, "wait"),
        act(5, "assign"),
        act(9, "resume"),
        act(20, "resolve", agent_id="a2"),
    ]
    assert facts(*events)["cycle_resolved"] == [(20, ("unknown",) * 3 + ("a2",), (11,))]


@pytest.mark.parametrize(("by", "agent"), [("bot", "automated"), ("system", "automated"), ("customer", "unknown")])
def test_a_cycle_that_nobody_took_in_hand_has_no_time_of_service(by: str, agent: str) -> None:
    assert facts(opened(0), act(HOUR, "resolve", by))["cycle_resolved"] == [
        (HOUR, ("unknown",) * 3 + (agent,), (None,))
    ]
