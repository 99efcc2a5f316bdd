"""Rollups: absolute partials into windows, and which readings change with them."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.engine.rollup import Key, Rollup
from streams.kpis import satisfaction
from streams.kpis.catalogue import Catalogue
from streams.kpis.reading import Reading
from streams.kpis.requests import campaign_lift, requests, requests_ratio, service_time_ratio
from streams.kpis.seasons import Usual, band
from streams.kpis.service import closed_by_agent, resolution_method
from streams.measures.aggregates import Distribution
from streams.measures.vector import Vector
from streams.names import CATEGORY
from streams.units import DAY, HOUR
from streams.windows.sizes import Calendar
from tests.oracle_numbers import ms

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


def test_what_is_told_while_changes_are_gone_through_is_in_the_next_ones() -> None:
    """A worker sends in between: a category that appears then was once an error that ended it."""
    roll = Rollup(Catalogue([resolution_method], ("1d",)), Calendar("UTC"))
    one, other = (f"{CATEGORY}method={method}" for method in ("refund", "advice"))
    code = resolution_method.source.code
    roll.tell(0, one, 0, {code: 1})
    roll.tell(0, f"{CATEGORY}method", 0, {code: 1})
    going = roll.changed()
    next(going)
    roll.tell(0, other, 0, {code: 1})
    roll.tell(0, f"{CATEGORY}method", 0, {code: 2})
    assert {key.scope for key, _, _ in going} <= {one, other}
    assert {key.scope for key, _, _ in roll.changed()} == {one, other}


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


BERLIN = Calendar("Europe/Berlin")
AFTER_HOLIDAYS = ("2024-12-27", "2025-01-02", "2025-04-19", "2025-04-22", "2025-05-02")


def tell_of(roll: Rollup, day: str, count: int) -> int:
    """So many requests at noon of a day; the start of the day."""
    noon = ms(f"{day}T11:00:00Z")
    roll.tell(0, "all", noon, {ONE: count} if count else {})
    return BERLIN.window("1d", noon).start


def after_holidays(*holidays: str) -> Rollup:
    """Days after holidays with 90 to 94 requests, and the Fridays before 2 May 2025 with 20 each; months are kept."""
    roll = Rollup(Catalogue([requests_ratio], ("1d", "1mo")), BERLIN, holidays=holidays)
    for number, day in enumerate(AFTER_HOLIDAYS):
        tell_of(roll, day, 90 + number)
    for day in ("2025-04-11", "2025-04-25", "2025-04-04", "2025-03-28"):
        tell_of(roll, day, 20)
    return roll


def usual_of(roll: Rollup, day: str) -> Usual | None:
    reading = roll.reading(roll.kpis["requests_ratio"], "all", BERLIN.window("1d", ms(f"{day}T11:00:00Z")))
    assert reading is not None
    return reading.usual


def test_a_day_after_a_holiday_is_compared_with_its_kind() -> None:
    """The value stays against the weekday [R48]: 94 / 20."""
    roll = after_holidays("DE")
    assert usual_of(roll, "2025-05-02") == band([93, 92, 91, 90], "after_holiday")
    assert by_start(changed(roll))[BERLIN.window("1d", ms("2025-05-02T11:00:00Z")).start] == 94 / 20
    assert usual_of(after_holidays(), "2025-05-02") == band([20] * 4)


def by_start(found: dict[tuple[str, str, str, int], float | None]) -> dict[int, float | None]:
    return {start: value for (_, _, size, start), value in found.items() if size == "1d"}


def test_what_is_usual_is_restated_by_days_of_its_kind() -> None:
    """A late request after New Year's, or none there any more, is known in May: the record is told anew."""
    roll = after_holidays("DE")
    changed(roll)
    tell_of(roll, "2025-01-02", 70)
    may = BERLIN.window("1d", ms("2025-05-02T11:00:00Z")).start
    assert may in by_start(changed(roll))
    assert usual_of(roll, "2025-05-02") == band([93, 92, 70, 90], "after_holiday")
    tell_of(roll, "2025-04-02", 33)  # the same day of the month
    assert may in by_start(changed(roll))
    tell_of(roll, "2025-04-03", 33)
    assert may not in by_start(changed(roll))


FRIDAYS = tuple(ms("2025-02-28T11:00:00Z") + 7 * week * DAY for week in range(10))
SECONDS = tuple(ms(f"2025-0{month}-02T11:00:00Z") for month in (2, 3, 4))
"""2 May 2025 is a Friday, the second of a month, and a day after a holiday."""


@given(st.randoms())
@settings(max_examples=15)
def test_told_bit_by_bit_or_at_once_the_same_is_usual(rng: Random) -> None:
    """Whatever order the days come in, and however often they change: no reading is left as it was before."""
    catalogue, kept = Catalogue([requests_ratio], ("1d", "1mo")), dict[Key, Reading | None]()
    counts = dict.fromkeys(FRIDAYS, (0, 20, 21)) | dict.fromkeys(SECONDS, (0, 90, 93))
    counts |= {ms(f"{day}T11:00:00Z"): (0, 60, 61, 62) for day in AFTER_HOLIDAYS}
    bit_by_bit, at_once = (Rollup(catalogue, BERLIN, holidays=("DE",)) for _ in range(2))
    last: dict[int, int] = {}
    for day in rng.sample([*counts] * 2, 2 * len(counts)):
        last[day] = rng.choice(counts[day])
        bit_by_bit.tell(0, "all", day, {ONE: last[day]} if last[day] else {})
        kept |= {key: reading for key, _, reading in bit_by_bit.changed()}
    for day, count in last.items():
        at_once.tell(0, "all", day, {ONE: count} if count else {})
    fresh = {key: reading for key, _, reading in at_once.changed() if reading}
    assert {key: reading for key, reading in kept.items() if reading} == fresh


def test_without_months_what_is_long_ago_is_not_asked() -> None:
    roll = Rollup(Catalogue([requests_ratio], ("1d",)), BERLIN, holidays=("DE",))
    for day in (*AFTER_HOLIDAYS, "2025-04-11", "2025-04-25", "2025-04-04"):
        tell_of(roll, day, 20)
    found = usual_of(roll, "2025-05-02")
    assert found is not None
    assert found.like == "weekday"


def test_the_last_window_that_ended_is_told_though_it_brought_nothing() -> None:
    roll = after_holidays("DE")
    tell_of(roll, "2025-05-02", 0)
    found = roll.ended(requests_ratio, "all", "1d", ms("2025-05-02T22:00:00Z"))
    assert found == Reading(0, 0, usual=band([93, 92, 91, 90], "after_holiday"))
    assert roll.ended(requests_ratio, "all", "1d", ms("2025-05-02T21:59:59Z")) is None
    assert roll.ended(requests_ratio, "channel=web", "1d", ms("2025-05-02T22:00:00Z")) is None


def test_what_stands_beside_a_count_is_told_anew_with_it() -> None:
    """[R11]: without a closing there is no record, however satisfied customers are."""
    roll, csat = Rollup(Catalogue([closed_by_agent], ("1d",)), Calendar("UTC")), satisfaction.csat.source.code
    roll.tell(0, "agent=a1", 0, {csat: 2, csat + 1: 1})
    assert changed(roll) == {("closed_by_agent", "agent=a1", "1d", 0): None}
    roll.tell(0, "agent=a1", 0, {csat: 2, csat + 1: 1, closed_by_agent.source.code: 3})
    assert beside(roll) == [("csat", 0.5), ("reopen_rate", None)]
    roll.tell(0, "agent=a1", 0, {csat: 4, csat + 1: 3, closed_by_agent.source.code: 3})
    assert beside(roll) == [("csat", 0.75), ("reopen_rate", None)]


def beside(roll: Rollup) -> list[tuple[str, float | None]]:
    ((_, _, reading),) = roll.changed()
    assert reading is not None
    return [(one.kpi, one.reading.value if one.reading else None) for one in reading.beside]


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
