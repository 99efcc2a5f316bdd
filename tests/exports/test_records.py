"""The kpi-values record."""

from typing import Any

import msgspec
import orjson
import pytest

from streams.engine.rollup import Key
from streams.exports.records import is_final, key_from, key_of, labels_of, publication, record
from streams.kpis.catalogue import KPIS
from streams.kpis.model import Kpi
from streams.kpis.orders import order_entry_accuracy
from streams.kpis.reading import Reading
from streams.kpis.requests import first_response_time, requests
from streams.kpis.satisfaction import csat
from streams.units import DAY, HOUR, MINUTE
from streams.windows.sizes import Calendar

FIELDS = [
    "kpi", "definition", "scope", "labels", "window", "value", "unit", "stat", "stats", "numerator", "denominator",
    "interval", "low_sample", "target", "met",
]  # fmt: skip


def key(kpi: Kpi, scope: str = "all", size: str = "1h", tz: str = "UTC") -> Key:
    return Key(kpi.name, scope, Calendar(tz).window(size, 1_772_359_200_000))


def written(kpi: Kpi, reading: Reading | None, scope: str = "all", min_n: int = 20) -> dict[str, Any]:
    return record(key(kpi, scope), kpi, reading, tz="UTC", min_n=min_n)


def test_a_record_has_the_fields_of_the_specification_in_its_order() -> None:
    found = written(first_response_time, Reading(812.4, 41, stats={"count": 41}), "channel=email")
    assert list(found) == FIELDS
    assert found == {
        "kpi": "first_response_time",
        "definition": first_response_time.definition,
        "scope": "channel",
        "labels": {"channel": "email"},
        "window": {"size": "1h", "start": "2026-03-01T10:00:00Z", "end": "2026-03-01T11:00:00Z", "tz": "UTC"},
        "value": 812.4,
        "unit": "seconds",
        "stat": "p90",
        "stats": {"count": 41},
        "numerator": None,
        "denominator": None,
        "interval": None,
        "low_sample": False,
        "target": {"at_most": 14_400},
        "met": True,
    }


def test_without_a_reading_the_value_is_null_and_nothing_is_met() -> None:
    found = written(csat, None)
    assert list(found) == FIELDS
    assert [found[name] for name in ("value", "stats", "denominator", "interval", "met", "low_sample")] == [
        None
    ] * 5 + [False]
    assert found["target"] == {"at_least": 0.8}


@pytest.mark.parametrize(("n", "low"), [(19, True), (20, False)])
def test_few_samples_are_marked(n: int, low: bool) -> None:
    assert written(requests, Reading(n, n, denominator=n))["low_sample"] is low


def test_a_kpi_without_a_target_is_neither_met_nor_missed() -> None:
    found = written(requests, Reading(5, 5))
    assert (found["target"], found["met"]) == (None, None)


def test_publication() -> None:
    assert publication(3, True, 1_500) == {"revision": 3, "final": True, "watermark": "1970-01-01T00:00:01.500Z"}


@pytest.mark.parametrize(("kpi", "maturity"), [(requests, 0), (order_entry_accuracy, 30 * DAY)])
def test_final_once_lateness_and_maturity_have_passed(kpi: Kpi, maturity: int) -> None:
    assert not is_final(kpi, HOUR, HOUR + 10 * MINUTE + maturity)
    assert is_final(kpi, HOUR, HOUR + 10 * MINUTE + maturity + 1)
    assert is_final(kpi, HOUR, HOUR + maturity + 1, lateness=0)


@pytest.mark.parametrize(
    ("scope", "labels"),
    [
        ("all", {}),
        ("channel=email", {"channel": "email"}),
        ("channel=a=b", {"channel": "a=b"}),
        ("agent=", {"agent": ""}),
        ("channel=all", {"channel": "all"}),
    ],
)
def test_labels_of_a_scope(scope: str, labels: dict[str, str]) -> None:
    assert labels_of(scope) == labels


@pytest.mark.parametrize("scope", ["all", "channel=email", "channel=a=b", "channel=é"])
@pytest.mark.parametrize("tz", ["UTC", "Australia/Lord_Howe"])
def test_a_record_tells_its_key(scope: str, tz: str) -> None:
    at = key(requests, scope, "1d", tz)
    told = orjson.loads(orjson.dumps(record(at, requests, Reading(5, 5), tz=tz, min_n=20)))
    assert key_from(told, requests) == at


def test_keys_are_the_same_over_revisions_and_for_no_other_series() -> None:
    keys = {key_of(key(kpi, scope, size)) for kpi in KPIS for scope in ("all", "channel=a") for size in ("1h", "1d")}
    assert len(keys) == 4 * len(KPIS)
    assert orjson.loads(key_of(key(requests, "channel=a"))) == {
        "kpi": "requests", "scope": "channel", "labels": {"channel": "a"},
        "window": {"size": "1h", "start": "2026-03-01T10:00:00Z"},
    }  # fmt: skip


def test_an_edited_definition_shows() -> None:
    edited = msgspec.structs.replace(first_response_time, headline="p50")
    assert written(edited, None)["definition"] != written(first_response_time, None)["definition"]
