"""What `streams tail` makes of a record; the broker tests see it read topics."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from streams.cli import tail_view
from streams.cli.tail import tail
from streams.cli.tail_view import (
    COLUMNS,
    Board,
    Filter,
    any_line,
    cells,
    fitting,
    gone_line,
    parsed,
    printable,
    row,
    value_line,
)


def reading(**fields: Any) -> dict[str, Any]:
    window = {"size": "1h", "start": "2026-03-01T10:00:00Z", "end": "2026-03-01T11:00:00Z", "tz": "UTC"}
    base = {"kpi": "first_response_time", "scope": "channel", "labels": {"channel": "email"}, "window": window}
    values = {"value": 812.4, "unit": "seconds", "stat": "p90", "stats": {"count": 41}, "numerator": None}
    state = {"denominator": None, "low_sample": False, "met": True, "revision": 4, "final": False}
    return {**base, **values, **state, **fields}


def window(size: str, start: str) -> dict[str, str]:
    return {"size": size, "start": start}


def encoded(record: dict[str, Any]) -> bytes:
    return json.dumps(record).encode()


def board(*records: dict[str, Any], only: Filter | None = None) -> Board:
    filled = Board(only or Filter())
    for number, record in enumerate(records):
        filled.put(b"%d" % number, encoded(record))
    return filled


def test_a_value_as_a_line() -> None:
    expected = "2026-03-01T10:00:00Z  1h  first_response_time  channel=email  p90 13.5 min  n=41  met  rev=4  open"
    assert value_line(reading()) == expected


def test_a_share_shows_its_terms_and_a_star_when_small() -> None:
    share = reading(value=0.75, unit="ratio", stat="share", numerator=3, denominator=4, low_sample=True, met=False)
    assert cells(share)[4:7] == ("share 75.0 %", "3/4*", "missed")


def test_no_value_and_no_target() -> None:
    assert cells(reading(value=None, met=None, stats=None))[4:7] == ("p90 -", "", "")


def test_the_scope_stands_in_for_missing_labels() -> None:
    assert cells(reading(scope="all", labels={}))[3] == "all"


def test_labels_are_sorted() -> None:
    assert cells(reading(labels={"region": "EU", "channel": "phone"}))[3] == "channel=phone region=EU"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(1234567, "orders", "1,234,567 orders"), (12.5, "EUR", "12.5 EUR"), (0, "ratio", "0.0 %")],
)
def test_numbers(value: float, unit: str, text: str) -> None:
    assert tail_view.shown(value, unit) == text


def test_a_broken_record_is_still_shown() -> None:
    assert value_line({"kpi": "x", "window": 3, "labels": "?", "value": "high"})
    assert parsed(b"[1]") is None
    assert parsed(b"\xff") is None
    assert parsed(None) is None


@pytest.mark.parametrize(
    ("only", "kept"),
    [
        (Filter(), True),
        (Filter(kpi="first_response_time", scope="channel", window="1h"), True),
        (Filter(kpi="csat"), False),
        (Filter(scope="all"), False),
        (Filter(window="1d"), False),
    ],
)
def test_filters(only: Filter, *, kept: bool) -> None:
    assert only.keeps(reading()) is kept


def test_the_board_keeps_the_last_and_forgets_the_removed() -> None:
    shown = Board(Filter())
    assert shown.put(b"a", encoded(reading(revision=1)))
    assert shown.put(b"a", encoded(reading(revision=2)))
    assert [record["revision"] for record in shown.records()] == [2]
    assert shown.put(b"a", None)
    assert shown.records() == []
    assert not shown.put(b"a", None)


def test_the_board_drops_what_is_no_kpi_value() -> None:
    assert board(reading(), only=Filter(kpi="csat")).records() == []
    assert not Board(Filter()).put(b"a", b"{")
    assert not Board(Filter()).put(b"a", b"{}")


def test_the_newest_window_of_every_series_in_order() -> None:
    shown = board(
        reading(window=window("1h", "2026-03-01T11:00:00Z")),
        reading(window=window("1h", "2026-03-01T10:00:00Z")),
        reading(window=window("1d", "2026-03-01T00:00:00Z")),
        reading(kpi="csat", window=window("1h", "2026-03-01T09:00:00Z")),
    )
    newest = [(record["kpi"], record["window"]["start"][11:13]) for record in shown.newest()]
    assert newest == [("csat", "09"), ("first_response_time", "00"), ("first_response_time", "11")]


def test_a_removed_window_gives_way_to_the_one_before() -> None:
    shown = board(reading(revision=1), reading(revision=9, window=window("1h", "2026-03-01T11:00:00Z")))
    shown.put(b"1", None)
    assert [record["revision"] for record in shown.newest()] == [1]


def test_a_deep_series_keeps_its_newest_windows() -> None:
    shown = Board(Filter(), depth=2)
    for hour in (11, 13, 10, 12):
        shown.put(b"%d" % hour, encoded(reading(window=window("1h", f"2026-03-01T{hour}:00:00Z"))))
    assert [record["window"]["start"][11:13] for record in shown.records()] == ["12", "13"]
    assert not shown.put(b"10", None)


def test_a_row_has_the_start_to_the_minute() -> None:
    assert row(reading())[:3] == ("1h", "2026-03-01 10:00", "first_response_time")
    assert len(row(reading())) == len(COLUMNS)


def test_a_screen_takes_what_fits() -> None:
    shown, hidden = fitting([reading()] * 30, 24)
    assert (len(shown), hidden) == (18, 12)
    shown, hidden = fitting([reading()], 3)
    assert (len(shown), hidden) == (1, 0)


def test_a_tombstone_says_what_is_gone() -> None:
    key = {name: reading()[name] for name in ("kpi", "scope", "labels", "window")}
    assert gone_line(encoded(key)) == "2026-03-01T10:00:00Z  1h  first_response_time  channel=email  (removed)"
    assert gone_line(b"?") == "(removed)  ?"


def test_other_records_show_type_key_headers_and_value() -> None:
    headers = [("ce_type", b"sla-breached"), ("ce_time", b"2026-03-01T10:00:00Z"), ("ce_id", b"7"), ("reason", b"a b")]
    assert any_line(b"k", b"{}", headers) == "2026-03-01T10:00:00Z  sla-breached  k  reason='a b'  {}"
    assert any_line(None, None, []) == "(none)  (none)"


def test_nothing_steers_the_terminal() -> None:
    assert printable("a\x1b[2J\n\u202e") == "a\\x1b[2J\\n\\u202e"
    assert "\x1b" not in any_line(b"\x1b", b"\x1b", [("h", b"\x1b")])
    assert "\x1b" not in value_line(reading(kpi="\x1b[2J", labels={"\x1b": "\n"}))
    assert "\x1b" not in gone_line(encoded({"kpi": "\x1b"}))


def test_long_values_are_cut() -> None:
    assert len(any_line(b"k", b"x" * 10_000, [])) < 500


@pytest.mark.parametrize("wrong", [["orders"], ["dead-letter", "--kpi", "csat"], ["--prefix", "a b"]])
def test_usage(wrong: list[str]) -> None:
    assert CliRunner().invoke(tail, wrong).exit_code == 2


@pytest.mark.parametrize("broker", ["127.0.0.1:1", "127.0.0.1", "127.0.0.1:99999"])
def test_a_cluster_that_does_not_answer_is_told(broker: str) -> None:
    result = CliRunner().invoke(tail, ["--broker", broker, "--once"])
    assert result.exit_code == 1
    assert f"Kafka at {broker}: " in result.output
    assert "is it running" in result.output
