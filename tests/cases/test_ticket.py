"""Tickets: the opening that counts, and what of a ticket is told at all."""

import pytest

from streams.cases.findings import Findings
from streams.cases.ticket import ticket_findings
from tests.cases.telling import FAR, facts
from tests.make import act, opened, said


def test_without_an_opening_it_is_an_orphan() -> None:
    assert ticket_findings([said(5)], FAR) == Findings(orphaned=True)


def test_an_opening_counts_with_its_own_dimensions() -> None:
    """[R8]"""
    ticket = opened(5, channel="email", department="sales", category="bill", campaign="spring")
    told = facts(ticket, act(6, "transfer", to_department="care"))
    assert told["ticket_opened"] == [(5, ("email", "sales", "bill", "spring"), (1,))]
    assert told["campaign_request"] == [(5, ("spring",), (1,))]


def test_of_two_openings_the_first_counts() -> None:
    """[R4]"""
    assert [at for at, _, _ in facts(opened(7), opened(5))["ticket_opened"]] == [5]


@pytest.mark.parametrize("end", ["void", "merge"])
def test_a_ticket_that_went_leaves_the_requests_and_keeps_what_had_happened(end: str) -> None:
    """[R25]"""
    found = facts(opened(0), said(5), act(6, "resolve"), act(9, end), act(10, "reopen"), act(11, "resolve"))
    assert {"ticket_opened", "campaign_request"} & found.keys() == set()
    assert {"first_response", "answered_in_24h", "first_resolution", "sla_resolution"} <= found.keys()
    assert len(found["cycle_resolved"]) == 1


def test_an_agents_ticket_is_a_request() -> None:
    """[R26]"""
    found = facts(opened(0, opened_by="agent"), said(5), act(6, "resolve"))
    assert {"ticket_opened", "first_resolution", "full_resolution", "cycle_resolved"} <= found.keys()


def test_reviews_are_no_requests() -> None:
    """[R26]"""
    assert facts(opened(0, kind="review"), act(6, "resolve")).keys() == {"review_answered"}
