"""Cells: changes of facts into scopes and panes."""

from streams.cases.facts import Fact
from streams.engine import rows
from streams.engine.cells import Cells, changes, scope_of, scopes_of
from streams.engine.rows import CellKey
from streams.kpis.catalogue import Catalogue
from streams.kpis.orders import order_entry_accuracy, order_entry_time
from streams.kpis.requests import requests, service_time, service_time_ratio
from streams.measures.aggregates import COUNT
from streams.measures.vector import Vector
from streams.units import HOUR
from tests.laws.crashing import Disk

CATALOGUE = Catalogue([requests, order_entry_time, order_entry_accuracy])
ONE = requests.source.code


def ticket(at: int, channel: str = "email", department: str = "care") -> Fact:
    return "ticket_opened", at, (channel, department, "bill", "unknown"), (1,)


def applied(*facts: tuple[int, Fact], stored: rows.Rows | None = None, head: int = 9) -> dict[CellKey, Vector]:
    cells = Cells(CATALOGUE, HOUR, stored or Disk())
    for sign, fact in facts:
        cells.apply(sign, [fact])
    cells.spread(head)
    return dict(cells.changed())


def test_changes_are_new_minus_old() -> None:
    a, b, c = ticket(1), ticket(2), ticket(3)
    assert changes([a, b], [b, c]) == ([a], [c])
    assert changes([a, a], [a]) == ([a], [])
    assert changes([a], [a, a]) == ([], [a])
    assert changes([a, b], [b, a]) == ([], [])
    assert changes([a, b], []) == ([a, b], [])
    assert changes([], [a]) == ([], [a])


def test_a_fact_counts_in_all_and_in_each_of_its_dimensions() -> None:
    assert scopes_of(CATALOGUE.plans["ticket_opened"], ("email", "care", "bill", "spring")) == [
        "all", scope_of("channel", "email"), scope_of("department", "care"), "category=bill", "campaign=spring",
    ]  # fmt: skip


def test_cells_are_by_scope_and_pane() -> None:
    found = applied((1, ticket(0)), (1, ticket(HOUR - 1)), (1, ticket(HOUR, channel="web")))
    assert found["all", 0] == {ONE: 2}
    assert found["all", HOUR] == found["channel=web", HOUR] == {ONE: 1}
    assert ("channel=web", 0) not in found
    assert len(found) == 10


def test_a_fact_before_the_epoch_has_a_pane() -> None:
    assert applied((1, ticket(-1)))["all", -HOUR] == {ONE: 1}


def test_a_fact_taken_back_leaves_an_empty_cell_that_is_still_told() -> None:
    found = applied((1, ticket(5)), (-1, ticket(5)))
    assert found["all", 0] == {}


def test_a_missing_sample_counts_nothing_in_its_measure_alone() -> None:
    fact: Fact = ("order_entry", 0, ("email", "north", "a1"), (None, True))
    found = applied((1, fact))["all", 0]
    assert set(found) == {order_entry_accuracy.source.code, order_entry_accuracy.source.code + 1}


def test_a_measure_that_two_kpis_read_counts_once() -> None:
    cells = Cells(Catalogue([service_time, service_time_ratio]), HOUR, Disk())
    cells.apply(1, [("cycle_resolved", 0, ("email", "care", "bill", "a1"), (5,))])
    cells.spread(0)
    assert dict(cells.changed())["all", 0][service_time.source.code + COUNT] == 1


def test_only_what_some_kpi_reads_is_kept() -> None:
    cells = Cells(Catalogue([order_entry_accuracy]), HOUR, Disk())
    cells.apply(1, [("order_entry", 0, ("email", "north", "a1"), (5, True))])
    cells.spread(0)
    code = order_entry_accuracy.source.code
    assert dict(cells.changed())["agent=a1", 0] == {code: 1, code + 1: 1}


def test_a_kind_that_no_kpi_reads_is_left_out() -> None:
    assert applied((1, ("csat", 0, ("hot", "web", "care", "a1"), (True,)))) == {}


def test_a_cell_that_includes_the_head_refuses_and_is_written_again() -> None:
    stored = Disk()
    stored.put(rows.cell_key(("all", 0)), rows.encode(rows.CellRow(9, {ONE: 7})))
    assert applied((1, ticket(5)), stored=stored, head=9)["all", 0] == {ONE: 7}
    assert applied((1, ticket(5)), stored=stored, head=10)["all", 0] == {ONE: 8}


def test_rows_tell_what_they_include_and_a_flush_forgets_what_is_dirty() -> None:
    cells = Cells(CATALOGUE, HOUR, Disk())
    cells.apply(1, [ticket(5)])
    cells.spread(3)
    written = dict(cells.rows(4))
    data = written[rows.cell_key(("all", 0))]
    assert data is not None
    assert rows.decode_cell(data) == rows.CellRow(4, {ONE: 1})
    cells.flushed(4, keep=0)
    assert cells.changed() == []
