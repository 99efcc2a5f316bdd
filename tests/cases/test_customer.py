"""A customer's facts out of the digests of his cases."""

from collections.abc import Sequence
from typing import Any

import pytest

from streams.cases.counting import Counting
from streams.cases.customer import customer_findings
from streams.cases.digests import Asked, Bought, Digest, Judged
from streams.units import DAY, HOUR
from streams.windows.sizes import SIZES, Calendar

HOURS, DAYS, WEEKS = (SIZES.index(size) for size in ("1h", "1d", "1w"))
COUNTING = Counting(Calendar("UTC"), ((HOURS, "1h"), (DAYS, "1d")))
MONDAY = 4 * DAY
"""5 January 1970."""
ALL_SENT = (1, 1, 1)


def bought(at: int, *, region: str = "south", channel: str = "web", order_id: str = "", **fields: Any) -> Bought:
    order_id = order_id or f"o{at}"
    own = {"recurring_since": None, "flagged_since": None, "decided_at": None, "late": False, "complete": None}
    own |= {"overdue": False, "sent": ALL_SENT} | fields
    return Bought(place=(at, "", order_id), order_id=order_id, channel=channel, region=region, **own)


def asked(at: int, *, channel: str = "web", kind: str = "request", **fields: Any) -> Asked:
    own = {"by_customer": True, "order_id": None, "gone": False} | fields
    return Asked(place=(at, "", f"t{at}"), channel=channel, kind=kind, **own)


def judged(at: int, negative: bool, *, channel: str = "web", region: str = "south", **place: str) -> Judged:
    where = (at, place.get("source", ""), place.get("event_id", f"s{at}"))
    return Judged(where, channel, region, negative)


def facts(kind: str, digests: Sequence[Digest], asof: int = 0, counting: Counting = COUNTING) -> list[tuple[Any, ...]]:
    """(instant, dimensions, samples) of the facts of one kind, in any order of the digests."""
    found = {
        tuple(sorted(fact for fact in customer_findings(some, asof, counting).facts if fact[0] == kind))
        for some in (digests, digests[::-1])
    }
    assert len(found) == 1
    return [fact[1:] for fact in found.pop()]


def sizes(kind: str, digests: Sequence[Digest]) -> list[tuple[Any, ...]]:
    """(instant, scope or category, sizes in whose windows it counts, hits) of what counts once a window."""
    return [
        (at, name, [size for size, _, _ in sample], sum(hits for _, _, hits in sample))
        for at, (name,), (sample,) in facts(kind, digests)
    ]


def test_a_contact_is_a_ticket_of_his_own_that_stands() -> None:
    """[R25, R26, R40]"""
    others = [asked(2, gone=True), asked(3, kind="review"), asked(4, by_customer=False)]
    assert facts("contact", [asked(1, channel="chat"), *others]) == [(1, ("chat",), (1,))]


def test_he_orders_once_in_each_window_and_once_by_each_channel() -> None:
    """[R22]: cancelled or not."""
    orders = [bought(0), bought(1), bought(HOUR, channel="phone"), bought(DAY)]
    assert sizes("ordering", orders) == [
        (0, "all", [HOURS, DAYS], 0),
        (0, "channel=web", [HOURS, DAYS], 0),
        (HOUR, "all", [HOURS], 0),
        (HOUR, "channel=phone", [HOURS, DAYS], 0),
        (DAY, "all", [HOURS, DAYS], 0),
        (DAY, "channel=web", [HOURS, DAYS], 0),
    ]


def test_his_first_contact_in_a_window_is_an_order_or_a_ticket_of_his_own() -> None:
    """[R26, R47]"""
    others = [asked(1, channel="phone", by_customer=False), asked(2, channel="social", kind="review")]
    contacts = [bought(HOUR, channel="web"), asked(5, channel="chat", gone=True)]
    assert sizes("first_contact", [*contacts, *others]) == [(5, "chat", [HOURS, DAYS], 0), (HOUR, "web", [HOURS], 0)]


def test_contacts_at_one_instant_go_by_source_and_event_id() -> None:
    """[R4]"""
    contacts = [bought(5, channel="web", order_id="z"), bought(5, channel="chat", order_id="a")]
    assert sizes("first_contact", contacts) == [(5, "chat", [HOURS, DAYS], 0)]


def test_his_latest_answer_in_each_window_of_each_scope_says_whether_he_is_content() -> None:
    """[R37]"""
    answers = [judged(0, True, channel="email"), judged(1, False), judged(DAY, True, region="north")]
    assert sizes("dissatisfaction", answers) == [
        (0, "channel=email", [HOURS, DAYS], 2),
        (1, "all", [HOURS, DAYS], 0),
        (1, "channel=web", [HOURS, DAYS], 0),
        (1, "region=south", [HOURS, DAYS], 0),
        (DAY, "all", [HOURS, DAYS], 2),
        (DAY, "channel=web", [HOURS, DAYS], 2),
        (DAY, "region=north", [HOURS, DAYS], 2),
    ]


@pytest.mark.parametrize("sources", [("", "z"), ("z", "")])
def test_of_answers_at_one_instant_the_greater_event_id_is_the_later(sources: tuple[str, str]) -> None:
    """[R37]: the source comes after it."""
    answers = [judged(5, False, event_id="a", source=sources[0]), judged(5, True, event_id="b", source=sources[1])]
    assert [hits for _, _, _, hits in sizes("dissatisfaction", answers)] == [2, 2, 2]
    same = [judged(5, source == "z", event_id="e", source=source) for source in sources]
    assert [hits for _, _, _, hits in sizes("dissatisfaction", same)] == [2, 2, 2]


@pytest.mark.parametrize(("after", "again"), [(0, True), (90 * DAY, True), (90 * DAY + 1, False)])
def test_he_came_back_with_a_further_order_within_90_days(after: int, again: bool) -> None:
    """[R47]"""
    orders = [bought(5, region="north", order_id="a"), bought(5 + after, order_id="b")]
    assert facts("first_order", orders) == [(5, ("north",), (again,))]


def test_one_order_alone_is_not_coming_back() -> None:
    assert facts("first_order", [bought(5)]) == [(5, ("south",), (False,))]


@pytest.mark.parametrize(
    ("sent", "overdue", "told"),
    [
        ((1, 2, None), False, True),
        ((1, None, 3), False, False),
        ((None, 2, 3), False, False),
        ((1, 2, None), True, False),
        ((1, 2, 3), True, True),
    ],
)
def test_told_of_every_step(sent: tuple[int | None, ...], overdue: bool, told: bool) -> None:
    """[R21]"""
    assert facts("noticed", [bought(0, complete=9, sent=sent, overdue=overdue)]) == [(9, ("web",), (told,))]


@pytest.mark.parametrize(
    ("ticket", "told"),
    [
        (asked(4, order_id="o0", kind="question"), True),
        (asked(3, order_id="o0", kind="question"), False),
        (asked(3, order_id="o0"), False),
        (asked(3, order_id="o0", kind="complaint", gone=True), False),
        (asked(3, order_id="o0", kind="incident"), True),
        (asked(3, order_id="o0", kind="review"), True),
        (asked(3, order_id="o0", by_customer=False), True),
        (asked(3, order_id="o9"), True),
        (asked(3), True),
    ],
)
def test_told_before_he_asked(ticket: Asked, told: bool) -> None:
    """[R21]: the shipped notice goes out at 3."""
    assert facts("noticed", [bought(0, complete=9, sent=(1, 3, None)), ticket]) == [(9, ("web",), (told,))]


def test_an_order_that_is_not_complete_is_not_asked_for_notices() -> None:
    assert facts("noticed", [bought(0)]) == []


@pytest.mark.parametrize(("late", "samples"), [(True, (True, None)), (False, (None, True))])
def test_a_contact_after_a_delivery(late: bool, samples: tuple[bool | None, ...]) -> None:
    """[R40, R44]"""
    order = bought(0, decided_at=HOUR, late=late)
    assert facts("late_contact", [order, asked(2 * HOUR)]) == [(HOUR, ("web",), samples)]


@pytest.mark.parametrize(
    ("cry", "followed"),
    [
        (asked(HOUR), False),
        (asked(HOUR + 1), True),
        (asked(HOUR + 7 * DAY), True),
        (asked(HOUR + 7 * DAY + 1), False),
        (asked(2 * HOUR, kind="review"), True),
        (asked(2 * HOUR, by_customer=False), True),
        (asked(2 * HOUR, gone=True), True),
        (judged(2 * HOUR, negative=True), True),
        (judged(2 * HOUR, negative=False), False),
    ],
)
def test_what_counts_as_a_contact_after_a_delivery(cry: Digest, followed: bool) -> None:
    """[R40, R44]: any ticket, or a negative answer, within 7 days after the decision."""
    assert facts("late_contact", [bought(0, decided_at=HOUR, late=True), cry]) == [(HOUR, ("web",), (followed, None))]


def test_an_order_that_is_not_decided_awaits_no_contact() -> None:
    assert facts("late_contact", [bought(0), asked(5)]) == []


def test_the_end_of_a_period_wakes_him() -> None:
    """[R39]"""
    months = Counting(Calendar("UTC"), ((SIZES.index("1mo"), "1mo"),))
    found = customer_findings([bought(MONDAY)], MONDAY, months)
    assert found.due == 31 * DAY - 1
    assert len(facts("retention", [bought(MONDAY)], 31 * DAY, months)) == 1


def test_nobody_says_nothing() -> None:
    assert customer_findings([], 0, COUNTING).facts == []
