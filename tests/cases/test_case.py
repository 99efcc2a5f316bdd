"""Cases: which one an event belongs to, and what it remembers."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.cases.case import Case, CaseId, identify, reference
from streams.events.model import Event
from tests.make import answered, delivered, entered, opened, said

TEXT = st.text(min_size=1, max_size=8, alphabet=":1ab#é")


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (entered(0), CaseId("order", "c1", "o1")),
        (delivered(0), CaseId("order", "c1", "o1")),
        (opened(0), CaseId("ticket", "c1", "t1")),
        (said(0), CaseId("ticket", "c1", "t1")),
        (answered(0), CaseId("survey", "c1", "s1")),
    ],
)
def test_each_event_has_its_case(event: Event, expected: CaseId) -> None:
    assert identify(reference(event)) == expected


@given(TEXT, TEXT, TEXT, TEXT)
def test_references_are_unambiguous(customer: str, order: str, other: str, another: str) -> None:
    one, two = entered(0, customer_id=customer, order_id=order), entered(0, customer_id=other, order_id=another)
    assert identify(reference(one)) == CaseId("order", customer, order)
    assert (reference(one) == reference(two)) == ((customer, order) == (other, another))


def test_a_review_leaves_the_case_as_it_is() -> None:
    case = Case(events=[said(5), opened(0)])
    before = msgspec.json.encode(case)
    found = case.review("ticket:2:c1:t1", 10)
    assert {"ticket_opened", "first_response", "answered_in_24h"} <= {fact[0] for fact in found.facts}
    assert msgspec.json.encode(case) == before


def test_cases_share_no_lists() -> None:
    one, two = Case(), Case()
    one.events.append(opened(0))
    assert two.events == []
