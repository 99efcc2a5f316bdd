"""Conflicting duplicates: who counts, in one case and across cases."""

from itertools import permutations

import pytest

from streams.cases.case import Case, reference
from streams.cases.conflict import Verdict, place, rank
from streams.events.model import Event
from tests.make import entered, opened, said

FIRST = opened(0, event_id="e", channel="email")
LATER = said(5, event_id="e")
ELSEWHERE = entered(3, event_id="e")
LATEST = opened(9, event_id="e", ticket_id="t2")


def placed(*events: Event) -> tuple[dict[str, Case], list[Verdict]]:
    cases: dict[str, Case] = {}
    verdicts = []
    for offset, event in enumerate(events):
        case = cases.setdefault(reference(event), Case())
        verdicts.append(place(case, event, [c for c in cases.values() if c is not case], offset)[0])
    return cases, verdicts


def counting(cases: dict[str, Case]) -> list[Event]:
    return [event for case in cases.values() for event in case.events]


def test_verdicts() -> None:
    case, other = Case(), opened(1)
    assert place(case, FIRST, [], 0) == (Verdict.APPLIED, None)
    assert place(case, FIRST, [], 1) == (Verdict.DUPLICATE, None)
    assert place(case, other, [], 2) == (Verdict.APPLIED, None)
    assert place(case, LATER, [], 3) == (Verdict.CONFLICT, LATER)
    assert place(case, LATER, [], 4) == (Verdict.DUPLICATE, None)
    assert (case.events, case.losers) == ([FIRST, other], [LATER])


def test_an_earlier_event_makes_the_one_that_counted_lose() -> None:
    case = Case()
    place(case, LATER, [], 0)
    assert place(case, FIRST, [], 1) == (Verdict.CONFLICT, LATER)
    assert (case.events, case.losers) == ([FIRST], [LATER])


@pytest.mark.parametrize("order", list(permutations([FIRST, LATER, ELSEWHERE, LATEST])))
def test_the_winner_is_the_same_in_any_order_across_cases(order: tuple[Event, ...]) -> None:
    cases, verdicts = placed(*order, *order)
    assert counting(cases) == [FIRST]
    assert verdicts[4:] == [Verdict.DUPLICATE] * 4


def test_of_the_same_instant_the_lower_hash_counts() -> None:
    a, b = opened(0, event_id="e", channel="a"), opened(0, event_id="e", channel="b")
    low = min((a, b), key=rank)
    assert counting(placed(a, b)[0]) == counting(placed(b, a)[0]) == [low]


def test_another_source_or_id_is_another_event() -> None:
    cases, verdicts = placed(FIRST, opened(0, event_id="e", source="crm"), opened(0, event_id="f"))
    assert verdicts == [Verdict.APPLIED] * 3
    assert len(counting(cases)) == 3


def test_a_case_that_saw_the_offset_stays_as_it_is() -> None:
    case = Case(events=[FIRST], seen=7)
    assert place(case, LATER, [], 7) == (Verdict.REPLAYED, None)
    assert (case.events, case.losers) == ([FIRST], [])
    assert place(case, LATER, [], 8) == (Verdict.CONFLICT, LATER)


def test_a_replayed_winner_deposes_in_a_case_that_was_lost_in_the_crash() -> None:
    durable = Case(events=[FIRST], seen=5)
    lost = Case()
    assert place(lost, LATEST, [], 2)[0] is Verdict.APPLIED
    assert place(durable, FIRST, [lost], 4) == (Verdict.REPLAYED, None)
    assert (lost.events, lost.losers) == ([], [LATEST])
