"""A result is checked before its figures count: what is wrong by one event is found."""

import pytest

from bench import ours
from bench.contest import MINUTES, WrongResultError, check
from bench.load import is_entry, mixed, rows
from bench.result import KPI, differences, summed, told
from bench.variants import orders
from streams.names import ORDER_ENTERED


@pytest.fixture(scope="module")
def events():
    return orders(400), mixed(900, rate=100)


def test_so_many_events_of_each_sort(events):
    entries, mix = events
    assert (len(entries), len(mix)) == (400, 900)
    assert {topic for topic, _ in entries} == {ORDER_ENTERED}
    assert len({topic for topic, _ in mix}) > 2
    assert not is_entry(ORDER_ENTERED, {"revision": 2})


def test_compute_reaches_the_result_of_the_rows_and_a_missing_event_is_found(events, tmp_path):
    _, mix = events
    figure, records = ours.compute(mix, tmp_path / "mix")
    assert (figure.events, figure.wall > 0, figure.cpu > 0) == (900, True, True)
    check("compute", summed(rows(mix), KPI.windows), told(records))
    of_mix = rows(mix)
    with pytest.raises(WrongResultError, match="compute"):
        check("compute", summed(of_mix[1:], KPI.windows), told(records))
    with pytest.raises(WrongResultError):
        check("compute", summed(of_mix, KPI.windows), {})


def test_rows_of_one_place_and_minute_are_one():
    apart = [("web", "east", 60_000, 1, 10, 10), ("web", "east", 60_000, 2, 30, 25)]
    assert summed(apart, MINUTES) == summed([("web", "east", 60_000, 3, 40, 25)], MINUTES)
    assert summed(apart, MINUTES)["1m", 60_000, "channel=web"] == (3, 40, 25)


@pytest.mark.parametrize(
    ("found", "wrong"),
    [((3, 1000.4, 500), 0), ((3, 1000, 504.9), 0), ((2, 1000, 500), 1), ((3, 1001, 500), 1), ((3, 1000, 520), 1)],
)
def test_counts_and_sums_are_exact_and_a_maximum_within_its_bucket(found, wrong):
    key = ("1m", 0, "all")
    assert len(differences({key: (3, 1000, 500)}, {key: found})) == wrong


def test_what_only_one_of_them_has_is_a_difference():
    assert len(differences({("1m", 0, "all"): (1, 1, 1)}, {("1m", 60_000, "all"): (1, 1, 1)})) == 2
