"""What is open now, from cells."""

from collections import Counter
from random import Random

import pytest

from streams.cases.facts import AT_RISK, OVERDUE, WITHIN
from streams.engine.rollup import Rollup
from streams.engine.standing import Open, Standing
from streams.engine.terms import Terms
from streams.engine.whole import Whole
from streams.events.journal import Entry
from streams.events.model import TicketOpened
from streams.kpis.catalogue import Catalogue
from streams.measures.aggregates import Starts
from streams.measures.vector import Vector, add
from streams.units import DAY, HOUR, MINUTE, SECOND
from streams.windows.sizes import Calendar
from tests.laws.journals import events_of

CATALOGUE = Catalogue()
CODES = {measure.name: code for code, measure in CATALOGUE.standing.items()}
LIFT = Starts()


def vector(clock: str, *told: tuple[int, int]) -> Vector:
    made: Vector = {}
    add(made, LIFT.lift(told, CODES[clock]))
    return made


def standing(*cells: tuple[str, int, Vector]) -> Standing:
    found = Standing(CATALOGUE.standing)
    for scope, pane, delta in cells:
        found.add(scope, pane, delta)
    return found


def negative(of: Vector) -> Vector:
    return {component: -amount for component, amount in of.items()}


def test_counts_are_summed_over_panes_and_the_oldest_is_the_earliest() -> None:
    later, earlier = 7 * HOUR + 5 * MINUTE, 3 * HOUR + 10 * MINUTE
    cells = [
        ("all", later, vector("assignment", (WITHIN, later + SECOND), (AT_RISK, later + 9 * SECOND))),
        ("all", earlier, vector("assignment", (OVERDUE, earlier + 61_500), (WITHIN, earlier + 70_000))),
    ]
    assert list(standing(*cells)) == [("assignment", "all", Open(3, 1, 1, earlier + 61 * SECOND))]


def test_what_is_taken_back_is_gone() -> None:
    one, other = vector("resolution", (WITHIN, 5 * SECOND)), vector("resolution", (OVERDUE, 9 * SECOND))
    found = standing(("all", 0, one), ("all", 0, other), ("all", 0, negative(one)))
    assert list(found) == [("resolution", "all", Open(0, 0, 1, 9 * SECOND))]
    found.add("all", 0, negative(other))
    assert list(found) == []


def test_what_leaves_behind_the_horizon_counts_no_more() -> None:
    old, new = vector("resolution", (OVERDUE, 0)), vector("resolution", (WITHIN, DAY))
    found = standing(("all", 0, old), ("all", DAY, new))
    found.forget(DAY)
    assert list(found) == [("resolution", "all", Open(1, 0, 0, DAY))]
    found.forget(DAY + 1)
    assert list(found) == []


@pytest.mark.parametrize("seed", range(20))
def test_the_order_of_cells_and_their_spread_over_partitions_change_nothing(seed: int) -> None:
    rng = Random(seed)
    cells = []
    for _ in range(40):
        pane = rng.randrange(200) * 15 * MINUTE
        told = (rng.choice((WITHIN, AT_RISK, OVERDUE)), pane + rng.randrange(15 * MINUTE))
        made = vector(rng.choice(("resolution", "assignment")), told)
        cells.append((rng.choice(("all", "channel=web")), pane, made))
        if rng.random() < 0.4:
            cells.append((*cells[-1][:2], negative(made)))
    assert sorted(standing(*cells)) == sorted(standing(*rng.sample(cells, len(cells))))


@pytest.mark.parametrize("seed", range(30))
def test_all_that_waits_is_what_the_kpi_counts(seed: int) -> None:
    """Every promise that is open, neither more nor less, in every scope."""
    events = events_of(seed, 4, 4)
    until = max(event.occurred_at for event in events if isinstance(event, TicketOpened)) + HOUR // 2
    whole = Whole(Terms(tz="Europe/Berlin"))
    whole.absorb(Entry(event) for event in events if event.occurred_at <= until)
    kept = {key.scope: r.value for key, kpi, r in whole.values(until) if kpi.name == "waiting"}
    found, waiting = Standing(CATALOGUE.standing), Counter[str]()
    for (scope, pane), told in whole.partition.cells.changed():
        found.add(scope, pane, told)
    for _, scope, one in found:
        waiting[scope] += one.waiting
        assert one.at_risk <= one.waiting
        assert one.since <= until
    assert +waiting == kept


def test_no_window_holds_any_of_it() -> None:
    roll = Rollup(CATALOGUE, Calendar("UTC"))
    assert roll.tell(0, "all", 0, vector("resolution", (WITHIN, 0)))
    assert not roll.pending
