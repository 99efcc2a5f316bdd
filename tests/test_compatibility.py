"""Contracts over time: what was ever sent stays readable, what was ever published keeps its form.

`schemas/examples/versions/N` holds examples as they were when version N of the contract came out, and nothing there is
ever changed. Held against the schemas of today, for every N and not only the last: producers of any age are understood
(their records are valid), and so are our readers (fields that always were there still have to be, in the same form).
The schemas are closed, since they are for those who write; our own readers pass over what they do not know.
"""

import copy
import hashlib
import json
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson
import pytest

from streams import names
from streams.cli.tail_view import Board, Filter, any_line, value_line
from streams.engine.rollup import Rollup
from streams.engine.terms import Terms
from streams.events.decode import Decoder
from streams.events.model import Rejected
from streams.exports.publisher import Publisher
from streams.exports.records import key_from
from streams.render.asyncapi import CONTRACT
from tests.contracts import OUTPUTS, SCHEMAS, Record, faults, schema_of, validator

VERSIONS = SCHEMAS / "examples" / "versions"
DIGESTS = {
    "1": "fcb5eca0a6723852f80f45503c1c9c929e7265c311383dcda39de97e88f1a711",
    "2": "bb845ad7f7c16424422915f8ec2345ed2db437384a2195b9fc8e330f028fbcc5",
    "3": "12cf2589a5f3483257cb572c94d8c310578e681102e2bf6200c7245495ff908d",
    "4": "89b1998e70a9c141a00ce04dbfb7a32e7fcf753f987a50dcc0e60f95d4e15458",
}
"""SHA-256 of each version's examples: a line is added with a version, none is ever changed."""
METRICS = (names.KPI_VALUES, names.KPI_REVISIONS)
DECODE = Decoder().decode


def lines(version: str, topic: str) -> list[Any]:
    path = VERSIONS / version / f"{topic}.jsonl"
    return [json.loads(line) for line in path.read_bytes().splitlines()] if path.exists() else []


def record(line: dict[str, Any], topic: str) -> Record:
    """An example of an output as its reader gets it; dead letters are kept as text, since they need not be JSON."""
    value = line["value"] if topic == names.DEAD_LETTER or line["value"] is None else json.dumps(line["value"])
    headers = [(name, None if text is None else text.encode()) for name, text in line["headers"]]
    return Record(line["key"].encode(), None if value is None else value.encode(), headers)


def examples(topics: Iterable[str]) -> list[tuple[str, str, Any]]:
    return [(version, topic, line) for version in DIGESTS for topic in topics for line in lines(version, topic)]


def digest(folder: Path) -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(folder.iterdir()))).hexdigest()


def test_every_version_is_complete_and_as_it_came_out() -> None:
    assert {path.name for path in VERSIONS.iterdir()} == set(DIGESTS)
    assert list(DIGESTS)[-1] == CONTRACT
    topics = [{path.stem for path in (VERSIONS / version).iterdir()} for version in DIGESTS]
    assert all(before <= after for before, after in pairwise(topics))
    assert topics[-1] == {*names.INPUTS, *OUTPUTS}
    for version, known in DIGESTS.items():
        assert digest(VERSIONS / version) == known, "the examples of a version are never changed: add a version"


@pytest.mark.parametrize(("version", "topic", "value"), examples(names.INPUTS))
def test_what_was_ever_sent_is_still_taken(version: str, topic: str, value: Any) -> None:
    assert list(validator(f"events/{topic}.schema.json").iter_errors(value)) == [], version
    assert not isinstance(DECODE(topic, orjson.dumps(value)), Rejected)


@pytest.mark.parametrize(("version", "topic", "line"), examples(OUTPUTS))
def test_what_was_ever_published_still_has_its_form(version: str, topic: str, line: Any) -> None:
    assert faults(topic, record(line, topic)) == [], version


def steady(values: list[Any]) -> set[str]:
    """The top-level fields that every example has."""
    return set.intersection(*(set(value) for value in values)) if values else set()


def resolved(topic: str) -> dict[str, Any]:
    """An output's schema; one that only refers to another is that one."""
    schema = json.loads((SCHEMAS / schema_of(topic)).read_bytes())
    file = schema.get("$ref")
    return json.loads((SCHEMAS / "outputs" / file).read_bytes()) if file else schema


@pytest.mark.parametrize("version", DIGESTS)
@pytest.mark.parametrize("topic", [topic for topic in OUTPUTS if topic != names.DEAD_LETTER])
def test_a_field_that_was_always_there_still_has_to_be(version: str, topic: str) -> None:
    values = [line["value"] for line in lines(version, topic) if line["value"] is not None]
    assert steady(values) <= set(resolved(topic)["required"])


@pytest.mark.parametrize("topic", OUTPUTS)
def test_the_newest_version_shows_every_field(topic: str) -> None:
    """So a field that is added asks for a version with an example of it."""
    newest = lines(list(DIGESTS)[-1], topic)
    if topic == names.DEAD_LETTER:
        shown = {name for line in newest for name, _ in line["headers"]}
    else:
        shown = {name for line in newest for name in line["value"] or ()}
    of_warnings = {"warned_at", "share"} if topic == names.SLA_BREACHES else set()
    assert set(resolved(topic)["properties"]) <= shown | {"traceparent"} | of_warnings


SPOILERS = {
    "a field is taken away": lambda schema: schema["properties"].pop("unit"),
    "a field is asked for that was not there": lambda schema: schema["required"].append("colour"),
    "a type is another": lambda schema: schema["properties"]["kpi"].update(type="number"),
    "what was text has to be one of some": lambda schema: schema["properties"]["stat"].update(enum=["p90"]),
}


@pytest.mark.parametrize("change", SPOILERS)
def test_a_change_that_breaks_readers_or_writers_is_seen(change: str) -> None:
    schema = copy.deepcopy(resolved(names.KPI_REVISIONS))
    SPOILERS[change](schema)
    inlined = json.loads(json.dumps(schema).replace("common.schema.json", "file:///outputs/common.schema.json"))
    spoilt = validator(schema_of(names.KPI_REVISIONS)).evolve(schema=inlined)
    assert any(not spoilt.is_valid(line["value"]) for line in lines("1", names.KPI_REVISIONS))


def test_a_field_that_need_not_be_there_any_more_is_seen() -> None:
    values = [line["value"] for line in lines("1", names.KPI_REVISIONS)]
    assert not steady(values) <= set(resolved(names.KPI_REVISIONS)["required"]) - {"unit"}


def more(value: Any) -> Any:
    """The same with a field that nobody knows in every object."""
    if isinstance(value, dict):
        return {**{name: more(item) for name, item in value.items()}, "later": {"than": "we"}}
    return [more(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("topic", METRICS)
def test_our_readers_pass_over_what_they_do_not_know(topic: str) -> None:
    terms = Terms()
    publisher, board = Publisher(Rollup(terms.catalogue(), terms.calendar()), terms), Board(Filter())
    for line in lines("1", topic):
        if line["value"] is None:
            continue
        known, richer = line["value"], {**more(line["value"]), "labels": line["value"]["labels"]}
        assert faults(topic, Record(None, json.dumps(richer).encode(), []))
        kpi = publisher.rollup.kpis.get(known["kpi"])
        assert kpi is None or key_from(richer, kpi) == key_from(known, kpi)
        assert value_line(richer) == value_line(known)
        assert board.put(line["key"].encode(), json.dumps(richer).encode())
        publisher.remember(line["key"].encode(), json.dumps(richer).encode())
    assert publisher.pending


@pytest.mark.parametrize("topic", [topic for topic in OUTPUTS if topic not in METRICS])
def test_any_record_can_be_shown(topic: str) -> None:
    for line in lines("1", topic):
        one = record(line, topic)
        headers = [(name, value or b"") for name, value in one.headers]
        assert line["key"] in any_line(one.key, one.value, headers)
