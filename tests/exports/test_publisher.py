"""The publisher: a revision where something changed, finality once, and a restart that goes on."""

from typing import Any

import orjson
import pytest

from streams.engine.rollup import Rollup
from streams.engine.terms import Terms
from streams.exports.publisher import Publication, Publisher
from streams.kpis.requests import requests
from streams.units import DAY, HOUR

TERMS = Terms(windows=("1d",))
CATALOGUE = TERMS.catalogue()
ONE = requests.source.code


def publisher(partitions: int = 1) -> Publisher:
    return Publisher(Rollup(CATALOGUE, TERMS.calendar(), partitions), TERMS)


def tell(one: Publisher, count: int, pane: int = 0, partition: int = 0) -> None:
    one.rollup.tell(partition, "all", pane, {ONE: count} if count else {})


def told(one: Publisher) -> list[Publication]:
    found = list(one.publications())
    assert not one.pending
    return found


def brief(publications: list[Publication]) -> list[tuple[Any, ...]]:
    """Value, revision and finality of each."""
    records = [orjson.loads(publication.value) for publication in publications]
    assert [r["revision"] for r in records] == [publication.revision for publication in publications]
    return [(record["value"], record["revision"], record["final"]) for record in records]


def restarted(*published: Publication) -> Publisher:
    """A new publisher that remembers what kpi-values holds."""
    one, latest = publisher(), {publication.key: publication for publication in published}
    for key, publication in latest.items():
        if not publication.empty:
            one.remember(key, publication.value)
    return one


def test_each_change_is_a_revision_and_the_same_again_is_none() -> None:
    one = publisher()
    tell(one, 3)
    assert one.pending
    assert brief(told(one)) == [(3, 1, False)]
    tell(one, 3)
    assert told(one) == []
    tell(one, 4)
    assert brief(told(one)) == [(4, 2, False)]


def test_several_changes_between_two_looks_are_one_revision() -> None:
    one = publisher()
    tell(one, 3)
    tell(one, 4, HOUR)
    assert brief(told(one)) == [(7, 1, False)]
    tell(one, 9)
    tell(one, 3)
    assert told(one) == []


def test_an_emptied_window_is_revised_to_null_and_one_that_never_was_is_not_told() -> None:
    one = publisher()
    tell(one, 3)
    tell(one, 0)
    assert told(one) == []
    tell(one, 3)
    (first,) = told(one)
    tell(one, 0)
    (gone,) = told(one)
    assert (first.empty, gone.empty, gone.key) == (False, True, first.key)
    assert brief([gone]) == [(None, 2, False)]
    tell(one, 5)
    assert brief(told(one)) == [(5, 3, False)]


def test_a_window_becomes_final_once_and_is_restated_all_the_same() -> None:
    one = publisher()
    tell(one, 3)
    told(one)
    one.rollup.advance(0, DAY + TERMS.lateness)
    assert told(one) == []
    one.rollup.advance(0, DAY + TERMS.lateness + 1)
    assert one.pending
    assert brief(told(one)) == [(3, 2, True)]
    tell(one, 4)
    assert brief(told(one)) == [(4, 3, True)]


def test_nothing_is_final_before_every_partition_spoke() -> None:
    one = publisher(partitions=2)
    tell(one, 3)
    one.rollup.advance(0, 9 * DAY)
    assert brief(told(one)) == [(3, 1, False)]
    one.rollup.advance(1, 9 * DAY)
    assert brief(told(one)) == [(3, 2, True)]


def test_a_record_carries_the_watermark() -> None:
    one = publisher()
    one.rollup.advance(0, 1_500)
    tell(one, 3)
    assert orjson.loads(told(one)[0].value)["watermark"] == "1970-01-01T00:00:01.500Z"


def test_a_restart_says_nothing_where_nothing_changed_and_revisions_go_on() -> None:
    one = publisher()
    tell(one, 3)
    (first,) = told(one)
    again = restarted(first)
    tell(again, 3)
    assert told(again) == []
    tell(again, 4)
    assert brief(told(again)) == [(4, 2, False)]


def test_after_a_restart_a_window_that_did_not_change_still_becomes_final() -> None:
    one = publisher()
    tell(one, 3)
    again = restarted(*told(one))
    tell(again, 3)
    assert told(again) == []
    again.rollup.advance(0, 3 * DAY)
    assert again.pending
    assert brief(told(again)) == [(3, 2, True)]


@pytest.mark.parametrize("deleted", [True, False])
def test_a_window_that_became_empty_while_nobody_looked_is_revised_to_null(deleted: bool) -> None:
    one = publisher()
    tell(one, 3)
    again = restarted(*told(one))
    if deleted:  # the deletion may still be on the topic of partials, or be gone already
        tell(again, 0)
    assert again.pending
    assert brief(told(again)) == [(None, 2, False)]


def test_a_final_window_stays_final_after_a_restart() -> None:
    one = publisher()
    tell(one, 3)
    told(one)
    one.rollup.advance(0, 3 * DAY)
    again = restarted(*told(one))
    again.rollup.advance(0, 3 * DAY)
    tell(again, 3)
    assert told(again) == []


def test_a_record_of_a_kpi_that_is_no_more_is_left_alone() -> None:
    one = publisher()
    tell(one, 3)
    (first,) = told(one)
    again = publisher()
    again.remember(first.key, first.value.replace(b'"kpi":"requests"', b'"kpi":"moons"'))
    assert told(again) == []
