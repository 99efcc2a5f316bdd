"""The vocabulary of a dimension is bounded, by what the windows hold and not by an order."""

import random

from streams.exports.vocabulary import Row, bounded
from streams.kpis.catalogue import KPIS
from streams.kpis.reading import Reading

KPI = KPIS[0]


def row(scope: str, n: int) -> Row:
    return KPI, scope, "1h", Reading(1.0, n)


def test_the_values_with_the_most_samples_keep_their_series_whatever_the_order() -> None:
    rows = [row("all", 9), row("agent=b", 2), row("agent=b", 3), row("agent=a", 4), row("agent=c", 4), row("team=x", 1)]
    for seed in range(5):
        random.Random(seed).shuffle(rows)
        kept, over = bounded(rows, 2)
        assert {scope for _, scope, _, _ in kept} == {"all", "agent=b", "agent=a", "team=x"}
        assert over == {"agent": 1}


def test_nothing_is_left_out_of_a_vocabulary_that_is_small_enough() -> None:
    rows = [row(f"agent={number}", 1) for number in range(200)]
    assert bounded(rows, 200) == (rows, {})
