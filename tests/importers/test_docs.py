"""The worked examples of docs/import.md are what comes out."""

import csv
import json
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from streams.cli.main import main
from streams.importers import olist, servicenow
from streams.importers.rows import Refused
from streams.importers.snapshot import COLUMNS
from tests.events.examples import validator
from tests.importers.conftest import DATA, ROOT

TEXT = (ROOT / "docs" / "import.md").read_text()


def _examples(kind):
    """The fenced blocks of a kind."""
    return [part.partition("```")[0] for part in TEXT.split(f"```{kind}\n")[1:]]


def test_olist():
    rows = csv.DictReader((DATA / "olist_orders.csv").open(newline=""))
    found = list(olist.events(rows, ZoneInfo(olist.ZONE)))
    lines = [json.loads(line) for line in _examples("json")[0].splitlines()]
    assert len(lines) == 2
    assert all(line in found for line in lines)


@pytest.mark.parametrize(("number", "name"), [(0, "desk"), (1, "shop")])
def test_a_worked_example_is_what_comes_out(tmp_path, monkeypatch, number, name):
    """The two files as they are shown, by the command that is shown, give the events and the words that are shown."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / f"{name}.csv").write_text(_examples("csv")[number])
    (tmp_path / f"{name}.toml").write_text(_examples("toml")[number])
    command, _, said = next(b for b in _examples("") if f"csv {name}.csv" in b and b.startswith("$ ")).partition("\n")
    result = CliRunner().invoke(main, command.removeprefix("$ streams ").split())
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", said)
    assert (tmp_path / f"{name}.jsonl").read_text() == _examples("json")[1 + number]


def test_the_events_of_the_worked_examples_keep_to_the_schemas():
    for block in _examples("json"):
        for line in map(json.loads, block.splitlines()):
            assert list(validator(line["topic"]).iter_errors(line["value"])) == []


def test_servicenow():
    header, *cells = next(block for block in _examples("") if block.startswith("number")).splitlines()
    names = header.split()
    starts = [header.index(name) for name in names]
    rows = [
        {
            **dict.fromkeys(COLUMNS, "?"),
            **{n: line[a:b].strip() for n, a, b in zip(names, starts, [*starts[1:], None], strict=True)},
        }
        for line in cells
    ]
    told = [line["value"] for line in servicenow.events(rows, ZoneInfo("UTC")) if not isinstance(line, Refused)]
    table = [line.split("|")[1:3] for line in TEXT.splitlines() if line.startswith("| INC")]
    assert [(event_id.strip(), *text.replace(",", "").split()[:2]) for event_id, text in table] == [
        (value["event_id"], value.get("action", "ticket-opened"), value["occurred_at"]) for value in told
    ]
