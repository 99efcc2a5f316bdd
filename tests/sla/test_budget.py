"""Error budgets and burn rates: worked examples and laws."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.sla.budget import TIERS, Tier, alerting, budget_left, burn_rate, greatest_burn
from streams.sla.policy import Objective
from streams.units import DAY, HOUR

OBJECTIVES = st.builds(Objective, st.floats(0.5, 0.9999), st.integers(1, 90).map(lambda days: days * DAY))
COUNTS = st.integers(1, 10_000).flatmap(lambda decided: st.tuples(st.integers(0, decided), st.just(decided)))


def test_the_workbooks_thresholds() -> None:
    """99.9 % over 30 days: 2 % in 1 h is 14.4, 5 % in 6 h is 6, 10 % in 3 days is 1."""
    assert [tier.threshold(Objective(0.999, 30 * DAY)) for tier in TIERS] == pytest.approx([14.4, 6.0, 1.0])


def test_a_threshold_that_can_not_be_reached_is_capped() -> None:
    """At 90 % everything breached burns at 10: 14.4 would never fire."""
    objective = Objective(0.9, 30 * DAY)
    assert greatest_burn(objective) == pytest.approx(10)
    assert alerting(TIERS[0], objective, breached=40, decided=40, min_n=20)
    assert not alerting(TIERS[0], objective, breached=39, decided=40, min_n=20)


def test_a_budget_by_hand() -> None:
    """95 % over 30 days, 2,000 decisions: 100 may fail. 60 did: 40 % is left. 130: 30 % too much."""
    objective = Objective(0.95, 30 * DAY)
    assert budget_left(objective, 60, 2_000) == pytest.approx(0.4)
    assert budget_left(objective, 130, 2_000) == pytest.approx(-0.3)
    assert burn_rate(objective, 15, 100) == pytest.approx(3.0)


def test_without_decisions_there_is_nothing_to_say() -> None:
    assert burn_rate(Objective(), 0, 0) is None
    assert budget_left(Objective(), 0, 0) is None
    assert not alerting(TIERS[0], Objective(), 0, 0, min_n=0)


def test_few_decisions_call_for_nobody() -> None:
    assert not alerting(TIERS[2], Objective(0.95), breached=19, decided=19, min_n=20)
    assert alerting(TIERS[2], Objective(0.95), breached=20, decided=20, min_n=20)


@given(OBJECTIVES, COUNTS)
def test_a_burn_of_one_spends_the_budget_and_none_is_faster_than_the_greatest(
    objective: Objective, counts: tuple[int, int]
) -> None:
    breached, decided = counts
    burn, left = burn_rate(objective, breached, decided), budget_left(objective, breached, decided)
    assert burn is not None
    assert left == pytest.approx(1 - burn)
    assert 0 <= burn <= greatest_burn(objective)
    assert burn == pytest.approx(breached / (decided * (1 - objective.share)))


@given(OBJECTIVES, COUNTS, st.floats(0.001, 1), st.integers(1, 72))
def test_every_tier_can_fire_and_more_breaches_never_silence_it(
    objective: Objective, counts: tuple[int, int], spent: float, hours: int
) -> None:
    tier, (breached, decided) = Tier("any", spent, hours * HOUR), counts
    assert alerting(tier, objective, decided, decided, min_n=1)
    assert not alerting(tier, objective, breached, decided, min_n=1) or all(
        alerting(tier, objective, more, decided, min_n=1) for more in {breached, (breached + decided) // 2, decided}
    )


@given(OBJECTIVES, COUNTS, st.floats(0.001, 1))
def test_a_tier_fires_when_its_share_of_the_budget_is_spent(
    objective: Objective, counts: tuple[int, int], spent: float
) -> None:
    """With decisions spread evenly, the window has window / period of the budget."""
    breached, decided = counts
    window = objective.over // 10
    share_spent = breached / (decided * 10 * (1 - objective.share))
    threshold = min(spent, 0.1 / (1 - objective.share))
    if abs(share_spent - threshold) > 1e-9:
        assert alerting(Tier("any", spent, window), objective, breached, decided, min_n=1) == (share_spent > threshold)
