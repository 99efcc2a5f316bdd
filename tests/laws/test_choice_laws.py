"""A choice of KPIs says what the whole catalogue says of them, to the byte, and does not keep what only others need."""

from functools import cache
from random import Random

import orjson
import pytest

from streams.cases.promised import promised
from streams.engine.terms import Terms
from streams.kpis.catalogue import KPIS
from tests.laws.journals import Sum, events_of, whole

SEEDS = (1, 2)
"""Between them the histories of these have a value of every KPI."""
NAMES = [kpi.name for kpi in KPIS]
Told = tuple[bytes, ...]


@cache
def everything(seed: int) -> Sum:
    return whole(events_of(seed, 12, 5), Terms())


@cache
def named(seed: int) -> tuple[tuple[str, bytes], ...]:
    """Each record of the whole catalogue, behind the name of its KPI."""
    return tuple((orjson.loads(line)["kpi"], line) for line in everything(seed).values.splitlines())


def restricted(seed: int, only: tuple[str, ...]) -> Told:
    return tuple(line for name, line in named(seed) if name in only)


def chosen(seed: int, only: tuple[str, ...]) -> Sum:
    return whole(events_of(seed, 12, 5), Terms(only=only))


@pytest.mark.parametrize("name", NAMES)
def test_each_alone_says_what_it_says_among_all(name: str) -> None:
    seed = next(seed for seed in SEEDS if restricted(seed, (name,)))
    assert tuple(chosen(seed, (name,)).values.splitlines()) == restricted(seed, (name,))


@pytest.mark.parametrize("seed", range(6))
def test_some_say_what_they_say_among_all(seed: int) -> None:
    rng, of = Random(seed), SEEDS[seed % 2]
    only = tuple(rng.sample(NAMES, rng.randint(2, 12)))
    assert tuple(chosen(of, only).values.splitlines()) == restricted(of, only)


@pytest.mark.parametrize("seed", SEEDS)
def test_breaches_are_told_of_chosen_clocks_alone(seed: int) -> None:
    assert everything(seed).breaches
    assert not chosen(seed, ("order_entry_time", "csat", "repeat_share")).breaches
    assert chosen(seed, tuple(NAMES)).breaches == everything(seed).breaches


def test_what_no_chosen_kpi_reads_is_not_kept() -> None:
    terms = Terms(only=("order_entry_time",))
    assert terms.told.counting is None
    assert {scope for scope, _ in chosen(1, terms.only or ()).cells} <= {
        scope for scope, _ in everything(1).cells if scope.partition("=")[0] in ("all", "channel", "region", "agent")
    }


def test_the_state_of_another_choice_is_another() -> None:
    alone, both = Terms(only=("csat",)).catalogue(), Terms(only=("csat", "ces")).catalogue()
    assert alone.fingerprint != both.fingerprint
    assert promised(Terms(only=("csat",)).told.wanted) == frozenset()
