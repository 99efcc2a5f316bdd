"""What a worker counts of itself."""

import pytest

from streams.worker.stats import Histogram, Stats


def test_a_stage_is_busy_while_it_works_and_while_its_items_are_made() -> None:
    stats = Stats()
    with stats.busy("intake"):
        pass
    once = stats.busy_seconds["intake"]
    with pytest.raises(ValueError, match="bad"), stats.busy("intake"):
        raise ValueError("bad")
    assert stats.busy_seconds["intake"] > once > 0
    assert list(stats.timed("publish", iter([[1], [2, 3]]))) == [[1], [2, 3]]
    assert stats.busy_seconds["publish"] > 0
    assert set(stats.busy_seconds) == {"intake", "publish"}


def test_seconds_are_counted_by_their_upper_bound() -> None:
    histogram = Histogram((1.0, 2.0))
    for seconds in (0.5, 1.0, 1.5, 9.0):
        histogram.observe(seconds)
    assert (histogram.counts, histogram.sum) == ([2, 1, 1], 12.0)


def test_what_an_input_lags_by_is_believed_for_a_while_and_as_long_as_it_is_held() -> None:
    stats = Stats()
    stats.lags["partials", 0] = 5
    stats.note_input(("order-entered", 0), 7)
    stats.note_input(("order-entered", 1), 9)
    assert stats.lag_of_inputs(within=60) == 16
    assert stats.lag_of_inputs(within=-1) == 0
    stats.keep_lags({("order-entered", 1)})
    assert stats.lag_of_inputs(within=60) == 9
