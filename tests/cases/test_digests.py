"""Digests: what a case says of its customer."""

import pytest

from streams.cases.case import Case, reference
from streams.cases.digesting import negative
from streams.cases.digests import Asked, Bought, Digest, Judged
from streams.events.model import Event, Notice
from streams.units import DAY, HOUR
from tests.make import act, answered, delivered, entered, opened


def told(*events: Event, asof: int = 0) -> Digest | None:
    ref = reference(events[0])
    return Case(list(events)).review(ref, asof).digest


def bought(*events: Event, asof: int = 0) -> Bought:
    digest = told(*events, asof=asof)
    assert isinstance(digest, Bought)
    return digest


def test_an_order_is_its_lowest_revision_and_what_is_missing_is_unknown() -> None:
    """[R7, R8, R9]"""
    low = entered(5, channel="web", source="s", event_id="e")
    high = entered(2, channel="phone", region="north", revision=2, revision_reason="customer_change")
    digest = bought(high, low)
    assert (digest.place, digest.channel, digest.region) == ((5, "s", "e"), "web", "unknown")


def test_a_delivery_without_an_order_says_nothing() -> None:
    assert told(delivered(5)) is None


def test_a_flag_is_known_since_the_first_revision_that_has_it() -> None:
    """[R49]"""
    revisions = [entered(0), entered(5, revision=2, recurring=False), entered(9, revision=3, recurring=True)]
    digest = bought(*revisions)
    assert (digest.flagged_since, digest.recurring_since) == (5, 9)
    assert (bought(revisions[0]).flagged_since, bought(revisions[0]).recurring_since) == (None, None)


def test_a_promise_is_kept_or_broken_once_the_watermark_decides() -> None:
    """[R1, R18, R40]"""
    order = entered(0, promised_at=HOUR)
    assert (bought(order, asof=HOUR).decided_at, bought(order, asof=HOUR).late) == (None, False)
    assert (bought(order, asof=HOUR + 1).decided_at, bought(order, asof=HOUR + 1).late) == (HOUR, True)
    kept = bought(order, delivered(HOUR))
    assert (kept.decided_at, kept.late, kept.complete, kept.overdue) == (HOUR, False, HOUR, False)
    late = bought(order, delivered(HOUR + 1))
    assert (late.decided_at, late.late, late.complete, late.overdue) == (HOUR, True, HOUR + 1, True)


def test_a_void_promise_is_no_decision() -> None:
    """[R18]"""
    gone = entered(5, revision=2, revision_reason="cancelled_by_customer", promised_at=HOUR)
    assert bought(entered(0, promised_at=HOUR), gone, asof=DAY).decided_at is None


def test_of_each_notice_the_first_counts_over_all_shipments() -> None:
    """[R21]"""
    one = delivered(DAY, notices=(Notice(kind="shipped", sent_at=7), Notice(kind="confirmed", sent_at=3)))
    other = delivered(
        DAY, shipment_no=2, notices=(Notice(kind="shipped", sent_at=5), Notice(kind="expected", sent_at=1))
    )
    assert bought(entered(0), one, other).sent == (3, 5, None)


def test_a_ticket_is_its_first_opening_and_whether_it_is_gone() -> None:
    """[R25, R40]"""
    ticket = opened(4, event_id="e", channel="chat", kind="question", order_id="o1")
    assert told(ticket) == Asked((4, "", "e"), "chat", "question", True, "o1", False)
    assert told(ticket, act(9, "void")) == Asked((4, "", "e"), "chat", "question", True, "o1", True)
    assert told(ticket, act(9, "merge", into_ticket="t2")) == told(ticket, act(9, "void"))
    assert told(act(9, "void")) is None


def test_a_survey_is_its_latest_answer() -> None:
    """[R36, R43]"""
    first, last = answered(1, score=1, event_id="a"), answered(5, score=5, event_id="b", region="north")
    assert told(last, first) == Judged((5, "", "b"), "unknown", "north", negative=False)
    assert told(first, answered(9)) == Judged((1, "", "a"), "unknown", "unknown", negative=True)
    assert told(first, answered(9, dismissed=True)) is None
    assert told(answered(1, "ces", 1)) is None


@pytest.mark.parametrize(
    ("kind", "scale", "highest"),
    [
        ("nps", None, 6),
        ("csat", None, 2),
        ("csat", "1:5", 2),
        ("csat", "1:10", 4),
        ("csat", "stars", 2),
        ("review", None, 2),
    ],
)
def test_the_highest_negative_score(kind: str, scale: str | None, highest: int) -> None:
    """[R35, R37]"""
    assert negative(answered(0, kind, highest, scale=scale))
    assert not negative(answered(0, kind, highest + 1, scale=scale))


@pytest.mark.parametrize("label", ["no", "dissatisfied", "very_dissatisfied", "🙁", "😡", "😞"])
def test_negative_labels(label: str) -> None:
    """[R35]"""
    assert negative(answered(0, label=label))


@pytest.mark.parametrize("label", ["yes", "satisfied", "very_satisfied", "neutral", "😀", "🙂", "😐"])
def test_other_labels(label: str) -> None:
    assert not negative(answered(0, label=label))
