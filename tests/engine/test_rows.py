"""Rows: keys that tell kinds apart, and bytes that bring everything back."""

from streams.engine import rows
from streams.events.model import Event
from tests.laws.crashing import Disk
from tests.laws.journals import events_of
from tests.make import opened, said


def test_rows_there_and_back() -> None:
    events: list[Event] = [opened(5), *events_of(1)]
    case = rows.CaseRow(9, True, [4], 6, 3, 7, events, [said(6)])
    assert rows.decode_case(rows.encode(case)) == case
    assert rows.decode_head(rows.encode(case)) == rows.CaseHead(9, True, [4], 6)
    for row, decode in (
        (rows.Position(4, 5, 6, "f00"), rows.decode_position),
        (rows.Intent(8), rows.decode_intent),
        (rows.CellRow(3, {1: -2}), rows.decode_cell),
    ):
        assert decode(rows.encode(row)) == row


def test_events_keep_their_types_and_exact_prices() -> None:
    events = list(events_of(2))
    again = rows.decode_case(rows.encode(rows.CaseRow(None, False, [], 0, 0, 0, events))).events
    assert [(type(event), event) for event in again] == [(type(event), event) for event in events]


def test_cases_and_cells_are_found_by_their_keys() -> None:
    disk = Disk()
    disk.put(rows.POSITION, b"p")
    disk.put(rows.INTENT, b"i")
    disk.put(rows.cell_key(("channel=é", -5)), b"cell")
    disk.put(rows.case_key("order:2:c1:é"), b"case")
    assert list(rows.cells(disk)) == [(("channel=é", -5), b"cell")]
    assert list(rows.cases(disk)) == [("order:2:c1:é", b"case")]
    assert list(rows.cases(disk, "order:2:c1:")) == list(rows.cases(disk))
    assert list(rows.cases(disk, "order:1:c")) == []
