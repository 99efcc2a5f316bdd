"""Rollups: absolute partials into windows, and which readings change with them."""

from streams.engine.rollup import Key, Rollup
from streams.kpis.catalogue import Catalogue
from streams.kpis.requests import campaign_lift, requests, requests_ratio, service_time_ratio
from streams.measures.aggregates import Distribution
from streams.measures.vector import Vector
from streams.units import DAY, HOUR
from streams.windows.sizes import Calendar

ONE = requests.source.code


def rollup(*windows: str, partitions: int = 1) -> Rollup:
    catalogue = Catalogue([requests, service_time_ratio], windows or ("1d",))
    return Rollup(catalogue, Calendar("UTC"), partitions)


def changed(roll: Rollup) -> dict[tuple[str, str, str, int], float | None]:
    return {(k.kpi, k.scope, k.window.size, k.window.start): r.value if r else None for k, _, r in roll.changed()}


def test_partitions_and_panes_are_summed_in_every_size() -> None:
    roll = rollup("1h", "1d")
    roll.tell(0, "all", 0, {ONE: 2})
    roll.tell(1, "all", 0, {ONE: 3})
    roll.tell(0, "all", HOUR, {ONE: 4})
    assert changed(roll) == {
        ("requests", "all", "1d", 0): 9, ("requests", "all", "1h", 0): 5, ("requests", "all", "1h", HOUR): 4,
    }  # fmt: skip
    assert changed(roll) == {}


def test_the_last_told_counts_and_telling_it_again_changes_nothing() -> None:
    roll = rollup()
    roll.tell(0, "all", 0, {ONE: 2})
    assert roll.tell(0, "all", 0, {ONE: 5}) == {ONE: 3}
    assert changed(roll) == {("requests", "all", "1d", 0): 5}
    assert roll.tell(0, "all", 0, {ONE: 5}) == {}
    assert not roll.pending


def test_a_window_that_becomes_empty_has_no_reading() -> None:
    roll = rollup()
    roll.tell(0, "channel=web", 0, {ONE: 2})
    assert roll.tell(0, "channel=web", 0, {}) == {ONE: -2}
    assert changed(roll) == {("requests", "channel=web", "1d", 0): None}


def test_a_scope_that_a_kpi_does_not_have_is_not_read() -> None:
    roll = rollup()
    roll.tell(0, "agent=a1", 0, {ONE: 2})
    assert changed(roll) == {}


def served(*samples: int) -> Vector:
    vector: Vector = {}
    for sample in samples:
        for component, amount in Distribution().lift(sample, service_time_ratio.source.code):
            vector[component] = vector.get(component, 0) + amount
    return vector


def test_a_trend_is_restated_by_the_window_before() -> None:
    roll = rollup()
    roll.tell(0, "all", DAY, served(1_000))
    assert changed(roll) == {
        ("service_time_ratio", "all", "1d", DAY): None, ("service_time_ratio", "all", "1d", 2 * DAY): None,
    }  # fmt: skip
    roll.tell(0, "all", 0, served(4_000, 0))
    assert changed(roll)["service_time_ratio", "all", "1d", DAY] == 0.5


def seasonal() -> Rollup:
    """Three weeks of 2, 4 and 6, and now 8."""
    roll = Rollup(Catalogue([requests_ratio], ("1d",)), Calendar("UTC"))
    for week, count in enumerate((2, 4, 6, 8)):
        roll.tell(0, "channel=web", 7 * week * DAY, {ONE: count})
    return roll


def by_week(roll: Rollup) -> dict[int, float | None]:
    return {start // 7 // DAY: value for (_, _, _, start), value in changed(roll).items()}


def test_what_is_seasonal_is_compared_with_the_like_slots_before() -> None:
    """[R48]"""
    assert by_week(seasonal()) == {0: None, 1: None, 2: None, 3: 2.0}


def test_what_is_seasonal_is_restated_by_eight_later_slots_back() -> None:
    """[R48]"""
    roll = seasonal()
    roll.tell(0, "channel=web", 7 * 10 * DAY, {ONE: 5})
    changed(roll)
    roll.tell(0, "channel=web", 0, {ONE: 5})
    assert by_week(roll) == {0: None, 1: None, 2: None, 3: 1.6}
    roll.tell(0, "channel=web", 7 * DAY, {})
    assert by_week(roll) == {1: None, 2: None, 3: None}
    roll.tell(0, "channel=web", 7 * 4 * DAY, {ONE: 7})
    assert by_week(roll) == {4: 7 / 6, 10: 5 / 7}


def test_a_lift_is_that_of_all_while_the_campaign_has_some() -> None:
    code = campaign_lift.source.code
    roll = Rollup(Catalogue([campaign_lift], ("1d",)), Calendar("UTC"))
    for week, count in enumerate((2, 4, 6)):
        for scope in ("~campaign", "~campaign=unknown"):
            roll.tell(0, scope, 7 * week * DAY, {code: count})
    roll.tell(0, "~campaign", 21 * DAY, {code: 8})
    roll.tell(0, "~campaign=spring", 21 * DAY, {code: 1})
    last = {scope: value for (_, scope, _, start), value in changed(roll).items() if start == 21 * DAY}
    assert last == {"~campaign=spring": 2.0}
    roll.tell(0, "~campaign=spring", 21 * DAY, {})
    roll.tell(0, "~campaign=summer", 21 * DAY, {code: 1})
    last = {scope: value for (_, scope, _, start), value in changed(roll).items() if start == 21 * DAY}
    assert last == {"~campaign=spring": None, "~campaign=summer": 2.0}


def test_the_watermark_is_the_least_and_never_goes_back() -> None:
    roll = rollup(partitions=2)
    assert (roll.watermark, roll.complete) == (0, False)
    roll.advance(0, 9)
    assert (roll.watermark, roll.complete) == (9, False)
    roll.advance(1, 5)
    roll.advance(0, 3)
    assert (roll.watermark, roll.complete) == (5, True)


def test_a_reading_can_be_asked_for() -> None:
    roll = rollup()
    roll.tell(0, "all", 0, {ONE: 2})
    key = next(key for key, _, _ in roll.changed())
    reading = roll.reading(requests, "all", key.window)
    assert key == Key("requests", "all", Calendar("UTC").window("1d", 0))
    assert reading is not None
    assert reading.value == 2
