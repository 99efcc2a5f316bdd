"""Rows that nobody can read are named, with the place of their record in the changelog."""

from confluent_kafka import Producer

from streams.engine import rows
from streams.worker import illegible
from streams.worker.embedded import EmbeddedBroker
from streams.worker.stores import MemoryRows

GOOD = [
    (rows.POSITION, rows.encode(rows.Position(next=3))),
    (rows.INTENT, rows.encode(rows.Intent(2))),
    (rows.cell_key(("all", 0)), rows.encode(rows.CellRow(2, {}))),
    (rows.case_key("order/c/o"), rows.encode(rows.CaseRow(None, False, [], 0, 2, 0, []))),
    (rows.customer_key("c"), rows.encode(rows.CustomerRow(None, 0, {}))),
    (b"none of ours", b"\xff"),
]


def test_what_a_worker_writes_is_legible_and_garbage_under_its_keys_is_not() -> None:
    assert all(rows.legible(key, value) for key, value in GOOD)
    assert not any(rows.legible(key, b"\xff garbage") for key, _ in GOOD[:-1])
    assert not rows.legible(b"cell/\xff", GOOD[2][1])
    assert not rows.legible(b"case/\xff", GOOD[3][1])


def test_a_garbage_row_is_told_with_topic_partition_offset_key_and_the_way_out() -> None:
    with EmbeddedBroker() as broker:
        broker.ensure_topics(["state"])
        producer = Producer({"bootstrap.servers": broker.bootstrap})
        store = MemoryRows()
        written = [*GOOD, (rows.POSITION, b"garbage"), (b"none of ours", b"more")]
        for key, value in written:
            producer.produce("state", value, key, partition=1)
        assert producer.flush(10) == 0
        store.apply(written, len(written) - 1)
        lines = list(illegible.told({0: MemoryRows(), 1: store}, "state", {"bootstrap.servers": broker.bootstrap}))
    assert lines == [f"state/1, offset {len(GOOD)}, key b'position': no row; {illegible.WAY_OUT}"]
