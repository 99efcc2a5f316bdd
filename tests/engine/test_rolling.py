"""Rolling windows: what comes in, what leaves, and that it equals a sum over the panes."""

from random import Random

import pytest

from streams.engine.rolling import LENGTHS, Rolling
from streams.kpis.catalogue import Catalogue
from streams.kpis.requests import requests, service_time_ratio
from streams.measures.aggregates import Distribution
from streams.units import DAY, HOUR, MINUTE

ONE = requests.source.code
PANE = 5 * MINUTE
CATALOGUE = Catalogue([requests, service_time_ratio])


def values(rolling: Rolling) -> dict[tuple[str, str], float]:
    return {(scope, size): reading.value for _, scope, size, reading in rolling.readings()}


def test_panes_come_and_go_with_the_present() -> None:
    rolling = Rolling(CATALOGUE, PANE, ("5m", "1h"))
    rolling.add("all", 10 * HOUR, {ONE: 2})
    assert values(rolling) == {}
    rolling.advance(10 * HOUR + 1)
    assert values(rolling) == {("all", "5m"): 2, ("all", "1h"): 2}
    rolling.advance(10 * HOUR + PANE)
    assert values(rolling) == {("all", "1h"): 2}
    rolling.advance(11 * HOUR - 1)
    assert values(rolling) == {("all", "1h"): 2}
    rolling.advance(11 * HOUR)
    assert values(rolling) == {}


def test_what_is_taken_back_leaves() -> None:
    rolling = Rolling(CATALOGUE, PANE, ("1h",))
    rolling.advance(10 * HOUR)
    rolling.add("all", 10 * HOUR, {ONE: 2})
    rolling.add("all", 10 * HOUR, {ONE: -1})
    assert values(rolling) == {("all", "1h"): 1}
    rolling.add("all", 10 * HOUR, {ONE: -1})
    assert values(rolling) == {}
    rolling.advance(20 * HOUR)
    assert values(rolling) == {}


def test_the_present_never_goes_back() -> None:
    rolling = Rolling(CATALOGUE, PANE, ("5m",))
    rolling.advance(10 * HOUR)
    rolling.advance(9 * HOUR)
    rolling.add("all", 9 * HOUR, {ONE: 1})
    rolling.add("all", 10 * HOUR, {ONE: 1})
    assert values(rolling) == {("all", "5m"): 1}


def test_trends_have_no_rolling_reading() -> None:
    rolling = Rolling(CATALOGUE, PANE, ("1h",))
    rolling.advance(10 * HOUR)
    rolling.add("all", 10 * HOUR, dict(Distribution().lift(5, service_time_ratio.source.code)))
    assert values(rolling) == {}


@pytest.mark.parametrize("seed", range(20))
def test_any_way_there_is_the_sum_over_the_panes(seed: int) -> None:
    rng, sizes = Random(seed), ("5m", "1h", "1d")
    rolling, told = Rolling(CATALOGUE, PANE, sizes), dict[int, int]()
    now = 0
    for _ in range(200):
        if rng.random() < 0.3:
            now += rng.choice((0, MINUTE, PANE, HOUR, 7 * HOUR))
            rolling.advance(now)
        pane = max(0, now + rng.choice((0, 0, -PANE, -HOUR, -DAY, PANE, HOUR)))
        pane -= pane % PANE
        told[pane] = told.get(pane, 0) + 1
        rolling.add("all", pane, {ONE: 1})
    edge = now - now % PANE
    want = {size: sum(n for pane, n in told.items() if edge - LENGTHS[size] < pane <= edge) for size in sizes}
    assert values(rolling) == {("all", size): n for size, n in want.items() if n}
