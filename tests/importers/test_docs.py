"""The worked examples of docs/import.md are what comes out."""

import csv
import io
import json
from zoneinfo import ZoneInfo

from streams.importers import mapped, olist, servicenow
from streams.importers.mapping import load
from streams.importers.rows import Refused
from streams.importers.snapshot import COLUMNS
from tests.importers.conftest import DATA, ROOT

TEXT = (ROOT / "docs" / "import.md").read_text()


def _examples(kind):
    """The fenced blocks of a kind."""
    return [part.partition("```")[0] for part in TEXT.split(f"```{kind}\n")[1:]]


def test_olist_and_csv():
    rows = csv.DictReader((DATA / "olist_orders.csv").open(newline=""))
    found = list(olist.events(rows, ZoneInfo(olist.ZONE)))
    mapping = load(_examples("toml")[0])
    row = "What;Ticket;Customer No.;At;Prio;Who;Sum\nnew;1;7;29.03.2026 14:30;A;;\n"
    found += mapped.events(csv.DictReader(io.StringIO(row), delimiter=";"), mapping)
    lines = [json.loads(line) for block in _examples("json") for line in block.splitlines()]
    assert len(lines) == 3
    assert all(line in found for line in lines)


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
