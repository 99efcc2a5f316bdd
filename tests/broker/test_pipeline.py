"""The whole pipeline on a real Kafka gives the bytes of `streams compute`, however the events come."""

import random
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.broker.fleet import CLOCK
from tests.histories import history
from tests.importers.conftest import DATA
from tests.pipeline import Outcome, outcome, simulated, streams, write

SHARED = Path(__file__).parents[3] / "shared" / "data"
REAL = pytest.mark.skipif(not SHARED.is_dir(), reason="the real data are not beside this checkout")


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    folder = tmp_path_factory.mktemp("events")
    file = simulated(folder / "in.jsonl", 1_000, "--seed", 3, "--broken", 0, "--doubled", 0)
    return [orjson.loads(line) for line in file.read_bytes().splitlines()] + history(9, customers=8)


@pytest.fixture(scope="module")
def expected(events: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    found = outcome("compute", write(tmp_path_factory.mktemp("compute") / "in.jsonl", events), *CLOCK)
    assert len(found.records) > 500
    return found


def keyed(line: dict[str, Any], how: str, rng: random.Random) -> dict[str, Any]:
    key = {"random": rng.random(), "one": "k", "none": None, "customer": line["value"]["customer_id"]}[how]
    return {**line, "key": key}


@pytest.mark.parametrize(
    ("partitions", "workers", "key"), [(1, 1, "random"), (4, 2, "none"), (7, 1, "one"), (7, 2, "customer")]
)
def test_order_doubles_partitions_and_keys_change_nothing(  # noqa: PLR0917
    kafka: str, events: Any, expected: Outcome, tmp_path: Path, partitions: int, workers: int, key: str
) -> None:
    rng = random.Random(partitions)
    mixed = [keyed(line, key, rng) for line in rng.sample(events, len(events)) + rng.sample(events, len(events) // 2)]
    file = write(tmp_path / "in.jsonl", rng.sample(mixed, len(mixed)))
    where = ("--broker", kafka, "--partitions", partitions, "--workers", workers)
    found = outcome("replay", file, *where, *CLOCK)
    assert found.values == expected.values
    assert found.counts.add_up
    assert found.counts.received == len(mixed)
    assert found.counts.applied == expected.counts.applied


IMPORTS = [
    pytest.param(("olist", DATA / "olist_orders.csv"), ("--items", DATA / "olist_items.csv"), "BRL", id="olist, ours"),
    pytest.param(("servicenow", DATA / "servicenow.csv"), (), "EUR", id="servicenow, ours"),
    pytest.param(("olist", SHARED / "olist_orders.csv"), (), "BRL", id="olist, real", marks=REAL),
    pytest.param(("servicenow", SHARED / "servicenow_incidents.csv"), (), "EUR", id="servicenow, real", marks=REAL),
]


@pytest.mark.parametrize(("source", "options", "currency"), IMPORTS)
def test_imports_give_the_same_values_in_all_three_ways(
    kafka: str, tmp_path: Path, source: tuple[str, Path], options: tuple[str, ...], currency: str
) -> None:
    file = tmp_path / "events.jsonl"
    imported = streams("import", *source, *options, "--out", file)
    assert imported.exit_code == 0, imported.output
    terms = ("--currency", currency, *CLOCK)
    computed = outcome("compute", file, *terms)
    assert computed.records
    assert computed.counts.dead_letters == 0
    assert outcome("replay", file, *terms) == computed
    assert outcome("replay", file, *terms, "--broker", kafka) == computed
