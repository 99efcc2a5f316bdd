"""The examples beside the schemas, the schemas themselves, and what a decoder makes of a record."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from streams import names
from streams.events.decode import Decoder
from streams.events.model import Rejected

SCHEMAS = Path(__file__).parents[2] / "schemas"


def load(path: Path) -> Any:
    return json.loads(path.read_text())


def wire_bytes(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


@cache
def schema_of(topic: str) -> dict[str, Any]:
    schema: dict[str, Any] = load(SCHEMAS / "events" / f"{topic}.schema.json")
    return schema


@cache
def validator(topic: str) -> Draft202012Validator:
    common = Resource.from_contents(load(SCHEMAS / "common.schema.json"))
    registry: Registry[Any] = Registry().with_resource("../common.schema.json", common)
    return Draft202012Validator(schema_of(topic), registry=registry)


def valid(topic: str) -> dict[str, Any]:
    return {path.stem: load(path) for path in sorted((SCHEMAS / "examples/valid" / topic).glob("*.json"))}


def all_valid() -> list[tuple[str, str, Any]]:
    return [(topic, name, value) for topic in names.INPUTS for name, value in valid(topic).items()]


def all_invalid() -> list[tuple[str, str, Any]]:
    folder = SCHEMAS / "examples/invalid"
    paths = [(topic, path) for topic in names.INPUTS for path in sorted((folder / topic).glob("*.json"))]
    return [(topic, path.stem, load(path)) for topic, path in paths]


def cloudevents() -> list[tuple[str, Any]]:
    return [(path.stem, load(path)) for path in sorted((SCHEMAS / "examples/cloudevents").glob("*.json"))]


DECODER = Decoder()


def decoded(topic: str, value: Any, **options: Any) -> Any:
    event = DECODER.decode(topic, wire_bytes(value), **options)
    assert not isinstance(event, Rejected), event
    return event


def refused(topic: str, value: bytes | None, headers: Any = (), **options: Any) -> tuple[str, str]:
    rejected = DECODER.decode(topic, value, headers, **options)
    assert isinstance(rejected, Rejected)
    assert rejected.message
    return rejected.reason, rejected.pointer
