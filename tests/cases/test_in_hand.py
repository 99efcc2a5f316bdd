"""Whose hands a ticket is in, and which assignments were left unattended."""

import msgspec
import pytest

from streams.cases.conventions import DEFAULT
from streams.cases.handed import InHand, Reassigning, Unattended
from streams.cases.ticket import ticket_findings
from streams.events.model import Event
from streams.sla.history import Edition, History
from streams.sla.loader import load
from streams.units import HOUR, MINUTE
from tests.make import act, opened, said

TEXT = '[[policies]]\nname = "all"\nassignment = { target = "20m" }\nreassign = { chain = 2 }\n'
RULES = Reassigning(chain=2)
LATE = 10 * HOUR


def told(*events: Event, asof: int = LATE, text: str = TEXT) -> InHand:
    conventions = msgspec.structs.replace(DEFAULT, policies=History(load(text)))
    found = ticket_findings(events, asof, conventions)
    assert found.in_hand is not None
    return found.in_hand


def left(start: int, holder: str | None, until: int | None = None, chain: int | None = None) -> Unattended:
    return Unattended(start, start + 20 * MINUTE, until, holder, start if chain is None else chain, RULES)


def test_a_ticket_that_nobody_takes() -> None:
    assert told(opened(0)).unattended == [left(0, None)]
    assert told(opened(0), asof=20 * MINUTE).unattended == []
    assert told(opened(0), said(20 * MINUTE)).unattended == []
    assert told(opened(0), said(HOUR)).unattended == [left(0, None, HOUR)]


def test_one_who_has_it_and_does_not_write() -> None:
    note, customer = act(MINUTE, "note"), said(2 * MINUTE, "customer")
    assert told(opened(0, assigned_to="a1"), note, customer).unattended == [left(0, "a1")]
    assert told(opened(0, assigned_to="a1"), said(MINUTE)).unattended == []
    assert told(opened(0, assigned_to="a1"), said(MINUTE, agent_id="a2")).unattended == []


@pytest.mark.parametrize("action", ["resolve", "void", "merge"])
def test_what_is_over_is_left_no_longer(action: str) -> None:
    found = told(opened(0, assigned_to="a1"), act(HOUR, action))
    assert found.unattended == [left(0, "a1", HOUR)]
    assert found.spans == [(0, HOUR)]
    assert told(opened(0, assigned_to="a1"), act(MINUTE, action)).unattended == []


def test_a_chain_goes_on_while_nobody_acts() -> None:
    passed = act(HOUR, "assign", "system", to_agent="a2")
    assert told(opened(0, assigned_to="a1"), passed).unattended == [left(0, "a1", HOUR), left(HOUR, "a2", chain=0)]
    by_hand = act(HOUR, "assign", agent_id="boss", to_agent="a2")
    assert told(opened(0, assigned_to="a1"), by_hand).unattended == [left(0, "a1", HOUR), left(HOUR, "a2")]
    answered = told(opened(0, assigned_to="a1"), said(HOUR - 1), passed)
    assert answered.unattended == [left(0, "a1", HOUR - 1), left(HOUR, "a2")]


def test_holders_departments_and_acts() -> None:
    found = told(
        opened(0, department="care"),
        said(MINUTE, agent_id="a1"),
        act(2 * MINUTE, "transfer", to_department="sales"),
        act(3 * MINUTE, "transfer", to_agent="a3"),
        act(4 * MINUTE, "resolve", agent_id="a3"),
        act(5 * MINUTE, "reopen", "customer"),
    )
    assert found.holders == [(0, None), (MINUTE, "a1"), (2 * MINUTE, None), (3 * MINUTE, "a3")]
    assert found.departments == [(0, "care"), (2 * MINUTE, "sales"), (3 * MINUTE, "sales")]
    assert found.acts == [(MINUTE, "a1"), (2 * MINUTE, "a1"), (3 * MINUTE, "a1"), (4 * MINUTE, "a3")]
    assert found.spans == [(0, 4 * MINUTE), (5 * MINUTE, None)]
    assert found.unattended == []


def test_it_is_looked_at_again_when_it_is_due() -> None:
    conventions = msgspec.structs.replace(DEFAULT, policies=History(load(TEXT)))
    events = [opened(0), act(MINUTE, "assign", to_agent="a2")]
    assert ticket_findings(events, 2 * MINUTE, conventions).due == 21 * MINUTE


def test_policies_that_ask_for_nobody_and_reviews() -> None:
    silent = TEXT.replace('"20m"', '"20m", on_breach = []')
    for text, kind in ((silent, "request"), (TEXT, "review")):
        conventions = msgspec.structs.replace(DEFAULT, policies=History(load(text)))
        assert ticket_findings([opened(0, kind=kind)], LATE, conventions).in_hand is None
    later = History(load(silent), [Edition(HOUR, load(TEXT))])
    conventions = msgspec.structs.replace(DEFAULT, policies=later)
    found = ticket_findings([opened(0), opened(0)], LATE, conventions).in_hand
    assert found is not None
    assert found.unattended == [], "its time was over before anybody asked for it"
