"""Proposals: who gets what was left unattended, and how often."""

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.cases.handed import Reassigning
from streams.sla.reassign import Operator, Proposal, next_at, propose
from streams.units import HOUR, MINUTE

RULES = Reassigning()
NOW = 100 * HOUR
NAMES = "abcdefgh"
OPERATORS = st.lists(
    st.builds(Operator, st.sampled_from(NAMES), st.integers(0, 4), st.integers(NOW - HOUR, NOW + MINUTE)),
    unique_by=lambda one: one.agent,
)
HOLDERS = st.none() | st.sampled_from(NAMES)
CHAINS = st.lists(st.builds(Proposal, st.integers(NOW - 3 * HOUR, NOW), HOLDERS), max_size=4).map(
    lambda chain: sorted(chain, key=lambda one: one.at)
)


def test_the_fewest_open_then_the_longest_idle_then_the_alphabet() -> None:
    busy, fresh = Operator("a", 3, NOW - 20 * MINUTE), Operator("b", 1, NOW - MINUTE)
    idle, same = Operator("d", 1, NOW - 9 * MINUTE), Operator("c", 1, NOW - 9 * MINUTE)
    assert propose(NOW, None, [], [busy, fresh], RULES).to == "b"
    assert propose(NOW, None, [], [busy, fresh, idle], RULES).to == "d"
    assert propose(NOW, None, [], [busy, fresh, idle, same], RULES).to == "c"


def test_whoever_did_nothing_for_longer_than_that_is_not_at_work() -> None:
    just, gone = Operator("a", 5, NOW - 30 * MINUTE), Operator("b", 0, NOW - 30 * MINUTE - 1)
    assert propose(NOW, None, [], [just, gone], RULES).to == "a"


def test_nobody_free_is_a_proposal_of_nobody() -> None:
    assert propose(NOW, "a", [], [Operator("a", 0, NOW)], RULES) == Proposal(NOW, None)


def test_the_chain_goes_on_after_the_cool_down_and_ends() -> None:
    chain: list[Proposal] = []
    instants = []
    while (at := next_at(NOW, chain, RULES)) is not None:
        instants.append(at)
        chain.append(Proposal(at, None))
    assert instants == [NOW, NOW + HOUR, NOW + 2 * HOUR]


def test_a_cool_down_may_end_before_it_is_unattended_again() -> None:
    assert next_at(NOW, [Proposal(NOW - 2 * HOUR, "a")], RULES) == NOW


@given(OPERATORS, HOLDERS, CHAINS, st.randoms(use_true_random=False))
def test_it_is_the_least_loaded_of_those_who_may(
    operators: list[Operator], holder: str | None, chain: list[Proposal], rng: Random
) -> None:
    found = propose(NOW, holder, chain, operators, RULES)
    may = [
        one
        for one in operators
        if one.agent != holder and one.agent not in [p.to for p in chain] and 0 <= NOW - one.last_act <= 30 * MINUTE
    ]
    assert (found.to is None) == (not may)
    chosen = next((one for one in may if one.agent == found.to), None)
    assert chosen is None or all(
        (one.open, one.last_act) >= (chosen.open, chosen.last_act) or one is chosen for one in may
    )
    rng.shuffle(operators)
    assert propose(NOW, holder, chain, operators, RULES) == found


@given(st.integers(0, NOW), CHAINS, st.integers(1, 5), st.integers(0, 5 * HOUR))
def test_never_within_the_cool_down_nor_beyond_the_chain(
    unattended: int, chain: list[Proposal], longest: int, cool_down: int
) -> None:
    at = next_at(unattended, chain, Reassigning(cool_down=cool_down, chain=longest))
    assert (at is None) == (len(chain) >= longest)
    if at is not None:
        assert at >= unattended
        assert all(at - one.at >= cool_down for one in chain)


@pytest.mark.parametrize("seed", range(20))
def test_a_department_of_ten_shares_what_was_left(seed: int) -> None:
    """Every ticket left unattended goes to somebody active and least loaded, never twice within the cool-down."""
    rng = Random(seed)
    load = {f"op{n}": rng.randrange(4) for n in range(10)}
    last = {name: NOW - rng.randrange(60) * MINUTE for name in load}
    tickets: list[tuple[int, str, list[Proposal]]] = [
        (NOW + rng.randrange(HOUR), rng.choice(sorted(load)), []) for _ in range(30)
    ]
    for unattended, holder, chain in sorted(tickets, key=lambda one: one[0]):
        while (at := next_at(unattended, chain, RULES)) is not None:
            for name in rng.sample(sorted(load), 3):
                last[name] = max(last[name], at - rng.randrange(20) * MINUTE)
            team = [Operator(name, load[name], min(last[name], at)) for name in load]
            proposal = propose(at, holder, chain, team, RULES)
            assert proposal.to is not None
            active = {one.agent: one.open for one in team if at - one.last_act <= 30 * MINUTE}
            tried = {holder, *(one.to for one in chain)}
            assert load[proposal.to] == min(count for name, count in active.items() if name not in tried)
            load[proposal.to] += 1
            chain.append(proposal)
            if rng.random() < 0.6:
                break
        assert 1 <= len(chain) <= 3
        assert len({one.to for one in chain} | {holder}) == len(chain) + 1
        assert all(b.at - a.at >= HOUR for a, b in pairwise(chain))
