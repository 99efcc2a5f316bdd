"""The helpers the other broker tests stand on: what goes in comes out."""

from typing import Any


def test_values_come_back_in_order(cluster: Any) -> None:
    cluster.create("a")
    values = [b"%d" % number for number in range(150_000)]
    assert cluster.produce("a", values) == len(values)
    assert [record.value for record in cluster.consume("a")] == values


def test_an_empty_topic_is_an_empty_list(cluster: Any) -> None:
    cluster.create("b", partitions=3)
    assert cluster.consume("b") == []
