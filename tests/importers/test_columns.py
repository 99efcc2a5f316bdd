"""What `import` and `compute` say about an export equals what its own columns say."""

import json
import math
import subprocess
import sys
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.importers import columns
from tests.importers.conftest import DATA, ROOT, real

CASES = {
    "olist": ("olist", "olist_orders.csv", False),
    "olist-real": ("olist", "olist_orders.csv", True),
    "servicenow": ("servicenow", "servicenow.csv", False),
    "servicenow-real": ("servicenow", "servicenow_incidents.csv", True),
}


@pytest.fixture(scope="module", params=CASES.values(), ids=CASES)
def both(request, tmp_path_factory):
    """(facts of the columns, records of compute) of one file."""
    format_, name, is_real = request.param
    path = real(name) if is_real else DATA / name
    folder = tmp_path_factory.mktemp(format_)
    _streams("import", format_, path, "--out", folder / "events.jsonl")
    _streams("compute", folder / "events.jsonl", "--out", folder / "values.jsonl")
    records = [json.loads(line) for line in (folder / "values.jsonl").read_text().splitlines()]
    return getattr(columns, format_)(path), [record for record in records if record["scope"] == "all"]


def _streams(*arguments: str | Path) -> None:
    command = [sys.executable, "-m", "streams", *map(str, arguments)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)


def _windows(facts):
    """Facts by (window size, start), UTC."""
    by_window = defaultdict(list)
    for at, fact in facts:
        instant = datetime.fromtimestamp(at // 1000, UTC)
        hour = instant.replace(minute=0, second=0)
        day = hour.replace(hour=0)
        starts = {"1h": hour, "1d": day, "1w": day - timedelta(days=day.weekday()), "1mo": day.replace(day=1)}
        for size, start in starts.items():
            by_window[size, start.strftime("%Y-%m-%dT%H:%M:%SZ")].append(fact)
    return by_window


def _records(both, kpi):
    found = {(r["window"]["size"], r["window"]["start"]): r for r in both[1] if r["kpi"] == kpi}
    return _windows(both[0].get(kpi, [])), found


def _rank(lengths, q):
    """The nearest-rank quantile, seconds."""
    return sorted(lengths)[math.ceil(q * len(lengths)) - 1] / 1000


@pytest.mark.parametrize("kpi", sorted(columns.SHARES))
def test_shares_are_the_columns(both, kpi):
    expected, found = _records(both, kpi)
    assert {key: (sum(facts), len(facts)) for key, facts in expected.items()} == {
        key: (record["numerator"], record["denominator"]) for key, record in found.items()
    }


@pytest.mark.parametrize(
    "kpi", ["delivery_delay", "order_entry_time", "order_processing_time", "resolution_time_first"]
)
def test_durations_are_the_columns(both, kpi):
    expected, found = _records(both, kpi)
    assert expected.keys() == found.keys()
    for key, lengths in expected.items():
        stats = found[key]["stats"]
        assert stats["count"] == len(lengths)
        assert stats["sum"] == pytest.approx(sum(lengths) / 1000)
        for q in (0.5, 0.9, 0.95, 0.99):
            assert stats[f"p{q * 100:.0f}"] == pytest.approx(_rank(lengths, q), rel=0.0101)


def test_every_fact_is_somewhere(both):
    """The columns' side is no empty comparison."""
    assert sum(map(len, both[0].values())) > 10
