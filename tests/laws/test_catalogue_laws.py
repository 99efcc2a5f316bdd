"""Every KPI equals the naive oracle's on random histories, in time zones with changes of clocks."""

import json
from pathlib import Path
from typing import Any

import orjson
import pytest

from streams.engine.terms import Terms
from streams.events.model import Event
from streams.kpis.catalogue import KPIS
from tests.histories import doubled, history, shuffled
from tests.laws.journals import decoded, whole
from tests.oracle import KPIS as KNOWN
from tests.oracle import compare, compute

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "America/Sao_Paulo", "Australia/Lord_Howe")
SEEDS = range(1_000, 1_060)
GOLDEN = Path(__file__).parents[1] / "golden"
Line = dict[str, Any]


def events_in(lines: list[Line]) -> list[Event]:
    return [decoded(line["topic"], line["value"]) for line in lines]


def records(lines: list[Line], terms: Terms) -> list[dict[str, Any]]:
    return [orjson.loads(text) for text in whole(events_in(lines), terms).values.splitlines()]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_catalogue_equals_the_oracle(seed: int) -> None:
    lines, zone = history(seed, customers=2), ZONES[seed % len(ZONES)]
    windows = ("1h", "1d", "1w", "1mo", "now") if seed % 10 == 0 else ("1d", "1w", "now")
    expected = compute(lines, tz=zone, windows=windows)
    assert compare(expected, records(lines, Terms(tz=zone, windows=windows)), kpis=KNOWN) == []


@pytest.mark.parametrize("seed", SEEDS[::5])
def test_shuffled_and_doubled_lines_give_the_same_bytes(seed: int) -> None:
    lines, terms = history(seed, customers=2), Terms(tz=ZONES[seed % len(ZONES)], windows=("1d",))
    assert whole(events_in(doubled(shuffled(lines, seed), seed)), terms) == whole(events_in(lines), terms)


def test_the_oracle_knows_every_kpi() -> None:
    assert {kpi.name for kpi in KPIS} <= set(KNOWN)


def test_the_histories_give_every_kpi_a_value() -> None:
    seen = {
        record["kpi"] for seed in SEEDS[:10] for record in records(history(seed), Terms(windows=("1mo", "1d", "now")))
    }
    assert seen == {kpi.name for kpi in KPIS}


def test_every_kpi_is_expected_in_some_golden_case() -> None:
    golden = [json.loads(path.read_text(encoding="utf-8")) for path in GOLDEN.glob("*.json")]
    expected = {record["kpi"] for case in golden for record in case["expected"]}
    assert {kpi.name for kpi in KPIS} - expected == set()
