"""`streams explain` as it is called."""

import json

import pytest

from tests.pipeline import fails, streams, write

COMMON = {"customer_id": "c", "ticket_id": "t1"}
ANSWER = {"event_id": "e2", "occurred_at": "2026-03-01T10:45:00Z", "action": "message", "by": "agent", "agent_id": "a"}
LINES = [
    {"topic": "ticket-opened", "value": COMMON | {"event_id": "e1", "occurred_at": "2026-03-01T10:30:00Z"}},
    {"topic": "ticket-answered", "value": COMMON | ANSWER},
]


@pytest.fixture
def file(tmp_path):
    return write(tmp_path / "in.jsonl", LINES)


def test_the_newest_window_from_files(file):
    said = streams("explain", "first_response_time", file, "--window", "1h").stdout
    assert said.startswith(
        "first_response_time (p90)  all  1h from 2026-03-01T10:00:00Z\n1 cases, 1 samples; shown: 1\n"
    )
    assert "ticket t1  of c\n  counts    15.0 min  at 2026-03-01T10:45:00Z" in said


def test_a_window_and_a_scope_as_json(file):
    options = ("--window", "1d", "--start", "2026-03-01T00:00:00Z", "--label", "agent=a", "--json")
    answer = json.loads(streams("explain", "first_response_time", file, *options).stdout)
    assert (answer["cases"], answer["labels"]) == (1, {"agent": "a"})
    assert answer["stories"][0]["samples"][0]["value"] == 900


def test_what_is_wrong_is_told(file):
    assert "there is none" in fails(2, "explain", "nothing", file, "--window", "1h")
    assert "csat has no value" in fails(2, "explain", "csat", file, "--window", "1h")
    assert "csat has 1h" in fails(2, "explain", "csat", file, "--window", "1m")
    assert "write a time" in fails(2, "explain", "csat", file, "--window", "1h", "--start", "now")
    assert "does not answer" in fails(1, "explain", "csat", "--window", "1h", "--worker", "http://127.0.0.1:9")
    assert "no address" in fails(2, "explain", "csat", "--window", "1h", "--worker", "localhost")
