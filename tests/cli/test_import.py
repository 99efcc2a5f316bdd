"""`streams import` as it is called."""

import gzip
import json

import pytest
import zstandard
from click.testing import CliRunner

from streams.cli.import_ import import_
from tests.importers.conftest import DATA

OLIST = str(DATA / "olist_orders.csv")


def _run(*arguments, data=None):
    return CliRunner().invoke(import_, [str(argument) for argument in arguments], input=data)


def test_events_go_out_and_the_summary_beside():
    result = _run("olist", OLIST)
    assert result.exit_code == 0
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(lines) == 22
    assert lines[0]["topic"] == "order-entered"
    assert "refused: row 14: order_purchase_timestamp: missing" in result.stderr
    assert "17 rows, 22 events, 6 refused" in result.stderr
    assert "15  order-entered" in result.stderr
    assert "1  refused: order_purchase_timestamp: missing" in result.stderr


@pytest.mark.parametrize(("ending", "pack"), [("gz", gzip.compress), ("zst", zstandard.compress), ("csv", bytes)])
def test_packed_and_plain_give_the_same_bytes(tmp_path, ending, pack):
    file = tmp_path / f"orders.{ending}"
    file.write_bytes(pack((DATA / "olist_orders.csv").read_bytes()))
    assert _run("olist", file).stdout_bytes == _run("olist", OLIST).stdout_bytes


def test_standard_input_and_a_byte_order_mark():
    data = b"\xef\xbb\xbf" + (DATA / "servicenow.csv").read_bytes()
    assert _run("servicenow", "-", data=data).stdout_bytes == _run("servicenow", DATA / "servicenow.csv").stdout_bytes


@pytest.mark.parametrize("ending", ["jsonl", "jsonl.gz", "jsonl.zst"])
def test_out_may_be_packed(tmp_path, ending):
    out = tmp_path / f"events.{ending}"
    result = _run("olist", OLIST, "--out", out)
    assert (result.exit_code, result.stdout) == (0, "")
    unpack = {
        "jsonl.gz": gzip.decompress,
        "jsonl.zst": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
    }
    assert unpack.get(ending, bytes)(out.read_bytes()) == _run("olist", OLIST).stdout_bytes
    assert [path.name for path in tmp_path.iterdir()] == [out.name]


def test_items():
    result = _run("olist", OLIST, "--items", DATA / "olist_items.csv")
    assert '"unit_price":"58.90"' in result.stdout
    assert "go on with --currency BRL" in result.stderr
    assert "olist_items.csv, product_id: missing" in result.stderr


def test_csv_by_a_mapping():
    result = _run("csv", DATA / "shop.csv", "--mapping", DATA / "shop.toml")
    assert "8 rows, 2 events, 6 refused" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("olist", "nowhere.csv"), 2, "does not exist"),
        (("excel", OLIST), 2, "'excel' is not one of"),
        (("csv", OLIST), 2, "csv needs it"),
        (("olist", OLIST, "--mapping", DATA / "shop.toml"), 2, "goes with csv"),
        (("servicenow", OLIST, "--items", OLIST), 2, "--items goes with olist only"),
        (("olist", OLIST, "--tz", "Mars"), 2, "'Mars' is no time zone"),
        (("csv", OLIST, "--mapping", OLIST), 2, "no TOML"),
        (("servicenow", OLIST), 1, "the header lacks number"),
        (("olist", OLIST, "--out", "nowhere/events.jsonl"), 1, "nowhere/events.jsonl"),
    ],
)
def test_errors_say_what_and_how(arguments, code, message):
    result = _run(*arguments)
    assert result.exit_code == code
    assert message in result.stderr
    assert "Traceback" not in result.output


def test_a_file_that_breaks_off_leaves_nothing(tmp_path):
    packed = gzip.compress((DATA / "olist_orders.csv").read_bytes())
    (tmp_path / "orders.csv.gz").write_bytes(packed[:-20])
    result = _run("olist", tmp_path / "orders.csv.gz", "--out", tmp_path / "events.jsonl")
    assert result.exit_code == 1
    assert "cannot be read as csv" in result.stderr
    assert not (tmp_path / "events.jsonl").exists()


def test_a_file_in_another_encoding(tmp_path):
    (tmp_path / "orders.csv").write_bytes((DATA / "olist_orders.csv").read_bytes().replace(b"c02", b"caf\xe9"))
    result = _run("olist", tmp_path / "orders.csv")
    assert result.exit_code == 1
    assert "not utf-8 text" in result.stderr


def test_nothing_imported_is_a_failure(tmp_path):
    (tmp_path / "orders.csv").write_text(
        (DATA / "olist_orders.csv").read_text().splitlines()[0] + "\na,b,c,d,e,f,g,h\n"
    )
    result = _run("olist", tmp_path / "orders.csv")
    assert result.exit_code == 1
    assert "no row became an event" in result.stderr


def test_an_empty_table_is_none():
    result = _run("olist", "-", data=(DATA / "olist_orders.csv").read_text().splitlines()[0] + "\n")
    assert (result.exit_code, result.stdout) == (0, "")
