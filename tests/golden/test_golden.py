"""Worked cases: each file's events must give exactly the records that its sum explains, by oracle and product."""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from streams.cli.main import main
from tests.oracle import KPIS, compute, identity
from tests.oracle_numbers import ms

Golden = dict[str, Any]
Record = dict[str, Any]
FILES = sorted(Path(__file__).parent.glob("*.json"))


def read(path: Path) -> Golden:
    """A golden file; its decimals keep their digits, which say how exact they are."""
    golden: Golden = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    return golden


def lines(golden: Golden) -> list[dict[str, Any]]:
    """The file's events, repeats written out, each with an event id."""
    written: list[dict[str, Any]] = []
    for event in golden["events"]:
        first, last = event.get("repeat", (0, 0))
        for n in range(first, last + 1):
            value = json.loads(json.dumps(event["value"], default=float).replace("{n}", str(n)))
            value = {"event_id": f"g{len(written)}", **golden["common"], **value}
            written.append({"topic": event["topic"], "value": value})
    return written


def by_oracle(golden: Golden, folder: Path) -> list[Record]:
    """The records as the oracle has them; it writes no files."""
    del folder
    options = dict(golden["options"])
    now = ms(options.pop("now")) if "now" in options else None
    return compute(lines(golden), now=now, **options)


def by_product(golden: Golden, folder: Path) -> list[Record]:
    """The records that `streams compute` writes."""
    return computed_by_product(golden, folder)[0]


def computed_by_product(golden: Golden, folder: Path) -> tuple[list[Record], str]:
    """The records that `streams compute` writes, and what it says of its input."""
    source, out = folder / "in.jsonl", folder / "out.jsonl"
    source.write_text("".join(json.dumps(line) + "\n" for line in lines(golden)), encoding="utf-8")
    given = {name: ",".join(value) if isinstance(value, list) else value for name, value in golden["options"].items()}
    options = [text for name, value in given.items() for text in ("--" + name.replace("_", "-"), str(value))]
    result = CliRunner().invoke(main, ["compute", str(source), "--out", str(out), *options], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()], result.stderr


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize("computed", [by_oracle, by_product])
def test_golden(path: Path, computed: Callable[[Golden, Path], list[Record]], tmp_path: Path) -> None:
    golden = read(path)
    wanted = {identity(record): record for record in golden["expected"]}
    found = {
        identity(record): record
        for record in computed(golden, tmp_path)
        if record["kpi"] in golden["kpis"] and record["scope"] in golden["scopes"]
    }
    assert sorted(found) == sorted(wanted)
    for name, record in wanted.items():
        assert faults(record, found[name], quantiles=computed is by_product) == []


@pytest.mark.parametrize("path", [path for path in FILES if "counted" in read(path)], ids=lambda path: path.stem)
def test_what_is_counted_beside_the_values(path: Path, tmp_path: Path) -> None:
    """What a value does not show, as durations below 0, is said by number on standard error [R4, R54]."""
    golden = read(path)
    _, said = computed_by_product(golden, tmp_path)
    counted = {name: int(number) for number, name in re.findall(r"^ +(\d+)  (.+)$", said, re.MULTILINE)}
    assert counted == golden["counted"]


def faults(want: Record, have: Record, *, quantiles: bool, path: str = "") -> list[str]:
    """Where `have` differs from the fields of `want`; a product's quantiles may be off by 1 %."""
    found = []
    for name, value in want.items():
        place, other = f"{path}{name}", have.get(name, "nothing")
        if isinstance(value, dict) and isinstance(other, dict):
            found += faults(value, other, quantiles=quantiles, path=f"{place}.")
        elif not near(value, other, 0.01 if quantiles and (path == "stats." or "stats" in want) else 0.0):
            found.append(f"{place} is {other}, not {value}")
    return found


def near(value: Any, other: Any, relative: float) -> bool:
    """Equal; a decimal to half a unit of its last digit, or within `relative`."""
    if not isinstance(value, Decimal):
        return type(value) is type(other) and bool(value == other)
    if isinstance(other, bool) or not isinstance(other, int | float):
        return False
    digits = -int(value.as_tuple().exponent)
    return bool(abs(other - float(value)) <= max(0.5 * 10**-digits + 1e-9, relative * abs(float(value))))


def test_every_kpi_has_a_golden_case() -> None:
    assert {path.stem for path in FILES} >= set(KPIS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_golden_case_says_what_and_why(path: Path) -> None:
    golden = read(path)
    assert all(golden[name] for name in ("title", "why", "sum", "events", "kpis", "scopes"))
