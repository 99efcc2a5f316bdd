"""`streams replay` as it is called: what it refuses. What it does is in tests/worker/test_pipeline.py."""

import pytest

from tests.pipeline import fails, write

LINE = {"topic": "ticket-opened", "value": {}}
NOWHERE = "127.0.0.1:1"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "FILE"),
        (("-", "--speed", "0"), "--speed"),
        (("-", "--speed", "fast"), "fast"),
        (("-", "--partitions", "0"), "--partitions"),
        (("-", "--workers", "0"), "--workers"),
        (("-", "--workers", "9"), "--workers"),
        (("-", "--tz", "Mars/Olympus"), "kpis.tz"),
        (("-", "--now", "soon"), "no time"),
        (("-", "--nothing"), "--nothing"),
    ],
)
def test_a_wrong_call_is_explained(options, message):
    assert message in fails(2, "replay", *options)


@pytest.mark.parametrize("broker", ["embedded", NOWHERE])
def test_a_file_that_is_not_there_is_told_before_anything_starts(broker):
    assert "no such file: none.jsonl" in fails(2, "replay", "none.jsonl", "--broker", broker)


def test_a_broker_that_is_not_there_is_told(tmp_path):
    assert NOWHERE in fails(1, "replay", write(tmp_path / "in.jsonl", [LINE]), "--broker", NOWHERE)


def test_an_address_that_is_none_is_told(tmp_path):
    assert "nonsense" in fails(1, "replay", write(tmp_path / "in.jsonl", [LINE]), "--broker", "nonsense")
