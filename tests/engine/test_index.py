"""The index of identities."""

from streams.engine import rows
from streams.engine.index import BUCKETS, Index
from tests.laws.crashing import Disk
from tests.make import opened


def test_an_identity_leads_to_every_case_that_held_it() -> None:
    index, event = Index(Disk()), opened(0, event_id="e")
    assert index.cases(event, "t1") is None
    assert index.cases(event, "t1") == ["t1"]
    assert index.cases(event, "t2") == ["t1", "t2"]
    assert index.cases(event, "t1") == ["t1", "t2"]


def test_identities_are_by_customer_source_and_id() -> None:
    index = Index(Disk())
    index.cases(opened(0, event_id="e"), "t1")
    for other in (
        opened(0, event_id="f"),
        opened(0, event_id="e", source="crm"),
        opened(0, event_id="e", customer_id="c2"),
    ):
        assert index.cases(other, "t1") is None


def test_source_and_id_do_not_run_together() -> None:
    index = Index(Disk())
    index.cases(opened(0, source="ab", event_id="c"), "t1")
    assert index.cases(opened(0, source="a", event_id="bc"), "t2") is None


def test_rows_bring_it_back_after_everything_was_forgotten() -> None:
    disk = Disk()
    index, events = Index(disk), [opened(0, event_id=f"e{n}") for n in range(100)]
    for n, event in enumerate(events):
        index.cases(event, f"t{n}")
    written = index.rows(7)
    for key, value in written:
        disk.put(key, value)
    index.flushed(keep=0)
    assert index.rows(8) == []
    assert len(written) <= BUCKETS
    assert all(rows.decode_index(value or b"").seen == 7 for _, value in written)
    for reader in (index, Index(disk)):
        assert all((reader.cases(event, f"t{n}") or [])[0] == f"t{n}" for n, event in enumerate(events))
