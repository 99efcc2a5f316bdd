"""A case is the set of its events: neither their order nor repetition, nor other cases' arrival, decides anything."""

from collections.abc import Iterable
from random import Random

import pytest

from streams.cases.case import Case, reference
from streams.cases.conflict import place, rank
from streams.cases.findings import Findings
from streams.events.model import Event
from tests.laws.journals import events_of

Cases = dict[str, Case]


def absorbed(events: Iterable[Event]) -> Cases:
    """The cases of events, in the order given; every case may hold any identity of its customer."""
    cases: Cases = {}
    for offset, event in enumerate(events):
        ref = reference(event)
        case = cases.setdefault(ref, Case())
        place(case, event, [c for r, c in cases.items() if r != ref and _customer(r) == _customer(ref)], offset)
    return cases


def _customer(ref: str) -> str:
    return ref.split(":")[2]


def findings(cases: Cases, asof: int) -> dict[str, Findings]:
    return {ref: case.review(ref, asof) for ref, case in cases.items() if case.events}


def winners(cases: Cases) -> set[tuple[str, bytes]]:
    return {(ref, rank(event)[1]) for ref, case in cases.items() for event in case.events}


@pytest.mark.parametrize("seed", range(40))
def test_the_set_of_events_decides(seed: int) -> None:
    events, rng = list(events_of(seed)), Random(seed)
    asof = rng.choice(events).occurred_at
    cases = absorbed(events)
    for _ in range(3):
        other = absorbed(rng.sample(events + events, 2 * len(events)))
        assert winners(other) == winners(cases)
        assert findings(other, asof) == findings(cases, asof)


@pytest.mark.parametrize("seed", range(40))
def test_of_an_identity_the_lowest_rank_counts_and_it_alone(seed: int) -> None:
    events = events_of(seed)
    best: dict[tuple[str, str, str], Event] = {}
    for event in events:
        key = (event.customer_id, *event.identity)
        best[key] = min(best.get(key, event), event, key=rank)
    counted = [event for case in absorbed(events).values() for event in case.events]
    assert sorted(rank(e) for e in counted) == sorted(rank(e) for e in best.values())


def test_histories_hold_conflicts_within_a_case_and_across_cases() -> None:
    lost = [
        (ref, e, cases)
        for s in range(40)
        for cases in [absorbed(events_of(s))]
        for ref, c in cases.items()
        for e in c.losers
    ]
    within = [e for ref, e, cases in lost if any(other.identity == e.identity for other in cases[ref].events)]
    assert within
    assert len(within) < len(lost)
