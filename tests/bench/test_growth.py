"""The pieces of bench-growth: variants of orders that are valid events, quantiles of a histogram, the table."""

from datetime import datetime

import orjson
import pytest
from click.testing import CliRunner

from bench.figures import Figure
from bench.growth import GROWTH, Measured, main, report
from bench.latency import METRIC, buckets, later, quantile
from bench.variants import MODELS, aged, lengthened, orders, placed, revised
from streams.events.decode import Decoder
from streams.events.model import Rejected

decode = Decoder("EUR").decode


def of(events, name):
    return [orjson.loads(value)[name] for _, value in events]


@pytest.mark.parametrize("way", [n for n in GROWTH if n != "cases"])
def test_every_way_of_growing_is_made_of_valid_events_of_one_identity_each(way):
    for case in GROWTH[way](50, 0):
        assert not any(isinstance(decode(topic, value, []), Rejected) for topic, value in case.events)
        assert len(set(of(case.events, "event_id"))) == 50


def test_open_cases_grow_tenfold_and_are_revised():
    steps = list(GROWTH["cases"](5, 100_000))
    assert [len(case.before) for case in steps] == [10_000, 100_000]
    assert all(set(of(case.events, "order_id")) <= set(of(case.before, "order_id")) for case in steps)
    assert not any(isinstance(decode(topic, value, []), Rejected) for case in steps for topic, value in case.events)


def test_orders_go_on_where_the_models_end():
    events = orders(2 * MODELS)
    assert len(set(of(events, "order_id"))) == 2 * MODELS
    at = [datetime.fromisoformat(text) for text in of(events, "occurred_at")]
    assert at == sorted(at)


def test_variants_grow_in_one_way():
    events = orders(40)
    assert len(set(of(placed(events, 10), "region"))) == 10
    assert {len(lines) for lines in of(lengthened(events, 7), "lines")} == {7}
    assert set(of(revised(events), "revision")) == set(range(2, 42))
    assert aged(events, 0) == events != aged(events, 10**9)
    assert sorted(aged(events, 10**9)) == sorted(events)


def test_later_moves_every_instant():
    [(_, value)] = orders(1)
    before, after = orjson.loads(value), orjson.loads(later(value, 86_400_000))
    assert after["occurred_at"][:10] == "2026-01-06"
    assert before["occurred_at"][10:] == after["occurred_at"][10:]


def test_quantiles_are_upper_bounds_of_a_workers_own_buckets():
    text = f"# TYPE {METRIC.removesuffix('_bucket')} histogram\n" + "".join(
        f'{METRIC}{{le="{bound}"}} {count}\n' for bound, count in (("0.5", 50), ("1.0", 99), ("+Inf", 100))
    )
    assert [quantile(buckets(text), share) for share in (0.5, 0.99, 0.999)] == [0.5, 1.0, float("inf")]


def test_the_table_is_in_ratios_of_its_first_row():
    cases = [(str(n), Measured(Figure(10, 1.0, cpu), 2**20, 1.0)) for n, cpu in enumerate((2.0, 3.0))]
    assert [line.split("|")[4].strip() for line in report(cases).splitlines()] == [
        "of the first",
        "-------------:",
        "1.00",
        "1.50",
    ]


def test_an_unknown_way_is_named():
    assert "no sideways" in CliRunner().invoke(main, ["--only", "sideways"]).output
