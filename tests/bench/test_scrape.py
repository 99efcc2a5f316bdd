"""The scrape's figures are ones that the collector takes."""

from prometheus_client.exposition import generate_latest

from bench.scrape import Figures, lines
from streams.exports.collector import registry_of


def test_a_channel_makes_series() -> None:
    figures = Figures()
    bare = lines(generate_latest(registry_of(figures)))
    figures.grow()
    assert lines(generate_latest(registry_of(figures))) > bare + 10
