"""`streams compute` as it is called."""

import gzip
import json
import os
import threading

import pytest
import zstandard

from streams.kpis.catalogue import KPIS
from tests.pipeline import fails, outcome, simulated, streams, write

OPENED = {"event_id": "e1", "occurred_at": "2026-03-01T10:30:00Z", "customer_id": "c", "ticket_id": "t1"}
LINE = {"topic": "ticket-opened", "value": OPENED}
ASSIGN = {"action": "message", "by": "agent", "agent_id": "a"}
ANSWER = {
    "topic": "ticket-answered",
    "value": OPENED | ASSIGN | {"event_id": "e2", "occurred_at": "2026-03-01T10:45:00Z"},
}


def found(result, kpi, size="1h", scope="all"):
    return [r for r in result.records if (r["kpi"], r["window"]["size"], r["scope"]) == (kpi, size, scope)]


def test_values_in_a_fixed_order_and_what_became_of_the_input(tmp_path):
    result = outcome("compute", write(tmp_path / "in.jsonl", [ANSWER, LINE, LINE]))
    assert result.counts == (3, 2, 1, 0)
    assert {record["kpi"] for record in result.records} <= {kpi.name for kpi in KPIS}
    (waited,) = found(result, "first_response_time")
    assert (waited["value"], waited["revision"], waited["watermark"]) == (
        pytest.approx(900, rel=0.01),
        1,
        "2026-03-01T10:45:00Z",
    )
    assert waited["window"] == {
        "size": "1h",
        "start": "2026-03-01T10:00:00Z",
        "end": "2026-03-01T11:00:00Z",
        "tz": "UTC",
    }
    names = [record["kpi"] for record in result.records]
    assert names == sorted(names)


def test_out_plain_and_packed_input_and_several_files(tmp_path):
    plain = simulated(tmp_path / "in.jsonl", 400)
    expected = outcome("compute", plain).values
    (tmp_path / "in.gz").write_bytes(gzip.compress(plain.read_bytes()))
    (tmp_path / "in.zst").write_bytes(zstandard.compress(plain.read_bytes()))
    assert outcome("compute", tmp_path / "in.gz").values == expected
    assert outcome("compute", tmp_path / "in.zst").values == expected
    twice = outcome("compute", plain, tmp_path / "in.gz", "--out", tmp_path / "out.jsonl")
    assert twice.values == b""
    assert (tmp_path / "out.jsonl").read_bytes() == expected


def test_windows_zone_and_min_n_are_taken(tmp_path):
    file = write(tmp_path / "in.jsonl", [LINE])
    options = ("--tz", "Asia/Kolkata", "--windows", "1d,1h", "--min-n", 1)
    records = outcome("compute", file, *options).records
    assert {record["window"]["size"] for record in records} == {"1h", "1d"}
    assert {record["window"]["tz"] for record in records} == {"Asia/Kolkata"}
    starts = {record["window"]["start"] for record in records}
    assert starts == {"2026-03-01T10:30:00Z", "2026-02-28T18:30:00Z"}
    assert not any(record["low_sample"] for record in records)


def test_only_the_kpis_that_are_named_are_computed(tmp_path):
    file = write(tmp_path / "in.jsonl", [LINE])
    every, some = outcome("compute", file).records, outcome("compute", file, "--only", "requests,waiting").records
    assert {record["kpi"] for record in some} == {"requests", "waiting"} < {record["kpi"] for record in every}
    assert some == [record for record in every if record["kpi"] in ("requests", "waiting")]


def test_now_decides_deadlines(tmp_path):
    file = write(tmp_path / "in.jsonl", [LINE])
    assert found(outcome("compute", file), "answered_in_24h") == []
    (late,) = found(outcome("compute", file, "--now", "2026-03-02T10:30:00.001Z"), "answered_in_24h")
    assert (late["value"], late["numerator"], late["denominator"]) == (0, 0, 1)
    assert found(outcome("compute", file, "--now", "2026-03-02T10:30:00Z"), "answered_in_24h") == []


def test_retention_and_the_clock_refuse(tmp_path):
    old = {"topic": "ticket-opened", "value": OPENED | {"event_id": "old", "occurred_at": "2025-03-01T10:30:00Z"}}
    file = write(tmp_path / "in.jsonl", [LINE, old])
    assert outcome("compute", file).counts == (2, 2, 0, 0)
    assert outcome("compute", file, "--retention", "30d").counts == (2, 1, 0, 1)
    assert outcome("compute", file, "--clock", "2026-02-01T00:00:00Z").counts == (2, 1, 0, 1)


def test_dead_letters_are_told_by_reason_and_strict_fails(tmp_path):
    file = write(
        tmp_path / "in.jsonl", [LINE, {"topic": "ticket-opened", "value": {}}, {"topic": "x", "value": {}}, {}]
    )
    result = streams("compute", file)
    assert result.exit_code == 0
    assert all(reason in result.stderr for reason in ("missing_field", "unknown_topic", "bad_line"))
    assert "3 dead letters" in fails(1, "compute", file, "--strict")


def test_a_pipe_with_a_name_is_read_as_a_file(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=lambda: write(path, [LINE, ANSWER]))
    writer.start()
    assert outcome("compute", path).counts == (2, 2, 0, 0)
    writer.join()


def test_the_configuration_is_taken_and_options_stand_over_it(tmp_path):
    config = tmp_path / "streams.toml"
    config.write_text('[kpis]\ntz = "Asia/Kolkata"\nwindows = ["1d"]\n', encoding="utf-8")
    file = write(tmp_path / "in.jsonl", [LINE])
    records = outcome("compute", file, "--config", config, "--tz", "Europe/Paris").records
    assert {(record["window"]["tz"], record["window"]["size"]) for record in records} == {("Europe/Paris", "1d")}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("none.jsonl",), "no such file: none.jsonl"),
        ((".",), "not a file but a folder: ."),
        ((), "FILE"),
        (("-", "--tz", "Mars/Olympus"), "kpis.tz"),
        (("-", "--currency", "EURO"), "kpis.currency"),
        (("-", "--windows", "2h"), "kpis.windows"),
        (("-", "--windows", ""), "kpis.windows"),
        (("-", "--only", "first_respons_time"), "did you mean first_response_time"),
        (("-", "--only", "waiting", "--windows", "1h"), "none of the KPIs in only has a window among 1h"),
        (("-", "--min-n", "0"), "kpis.min_n"),
        (("-", "--min-n", "few"), "few"),
        (("-", "--now", "2026-03-01"), "no offset"),
        (("-", "--now", "soon"), "no time"),
        (("-", "--retention", "0d"), "more than 0 days"),
        (("-", "--retention", "long"), "no number of days"),
        (("-", "--config", "none.toml"), "none.toml"),
        (("-", "--sped", "1"), "--sped"),
    ],
)
def test_a_wrong_call_is_explained(options, message):
    assert message in fails(2, "compute", *options)


@pytest.mark.parametrize("name", ["in.gz", "in.zst"])
def test_a_file_that_is_not_packed_as_its_name_says_is_told(tmp_path, name):
    (tmp_path / name).write_bytes(json.dumps(LINE).encode())
    assert name in fails(1, "compute", tmp_path / name)


def test_an_out_that_cannot_be_written_is_told(tmp_path):
    file = write(tmp_path / "in.jsonl", [LINE])
    assert "none" in fails(1, "compute", file, "--out", tmp_path / "none" / "out.jsonl")


def test_nothing_in_nothing_out(tmp_path):
    assert outcome("compute", write(tmp_path / "in.jsonl", [])) == (b"", (0, 0, 0, 0))
