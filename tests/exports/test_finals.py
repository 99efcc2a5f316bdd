"""Final values: each window once, in a fixed order."""

from random import Random

from streams.engine.rollup import Key
from streams.engine.terms import Terms
from streams.exports.finals import final_records, place_of
from streams.kpis.model import Kpi
from streams.kpis.reading import Reading
from streams.kpis.requests import answered_in_24h, requests
from streams.units import DAY, HOUR, MINUTE
from streams.windows.sizes import Calendar

UTC = Calendar("UTC")
VALUES: list[tuple[Key, Kpi, Reading]] = [
    (Key(kpi.name, scope, UTC.window(size, at)), kpi, Reading(5, 5))
    for kpi in (answered_in_24h, requests)
    for scope in ("all", "channel=a", "channel=b", "department=a")
    for size in ("1h", "1d", "1w")
    for at in (0, 9 * DAY, 40 * DAY)
]


def test_the_order_is_fixed() -> None:
    shuffled = Random(1).sample(VALUES, len(VALUES))
    assert list(final_records(shuffled, 0, Terms())) == list(final_records(VALUES, 0, Terms()))
    first, second = list(final_records(shuffled, 0, Terms()))[:2]
    assert place_of(first) == ("answered_in_24h", "all", [], 3, "1970-01-01T00:00:00Z")
    assert second["window"]["start"] == "1970-01-10T00:00:00Z"


def test_sizes_stand_in_growing_order() -> None:
    sizes = [record["window"]["size"] for record in final_records(VALUES, 0, Terms()) if record["scope"] == "all"]
    assert sizes == (["1h"] * 3 + ["1d"] * 3 + ["1w"] * 3) * 2


def test_they_are_first_revisions_at_the_watermark() -> None:
    at = HOUR + 10 * MINUTE
    for watermark, expected in ((at, 0), (at + 1, 1)):
        records = [
            r for r in final_records(VALUES, watermark, Terms()) if r["kpi"] == "requests" and r["scope"] == "all"
        ]
        assert sum(record["final"] for record in records) == expected
        assert {record["revision"] for record in records} == {1}
    assert {record["watermark"] for record in records} == {"1970-01-01T01:10:00.001Z"}


def test_terms_give_zone_lateness_and_least_number() -> None:
    (record,) = final_records(VALUES[:1], HOUR + 1, Terms(tz="Asia/Kolkata", lateness=0, min_n=5))
    assert (record["window"]["tz"], record["final"], record["low_sample"]) == ("Asia/Kolkata", True, False)
