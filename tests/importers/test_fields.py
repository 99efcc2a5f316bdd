"""Every field of the events, as the schemas have them, can be filled from a csv file."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from streams.importers.fields import Kind, Leaf, leaf, required
from streams.names import INPUTS
from tests.contracts import SCHEMAS

COMMON = json.loads((SCHEMAS / "common.schema.json").read_bytes())["$defs"]


def paths(schema: Any, path: str = "") -> Iterator[str]:
    """The path of every value in a record."""
    if "$ref" in schema:
        schema = COMMON[schema["$ref"].rpartition("/")[2]]
    objects = [inner for inner in (schema, *schema.get("anyOf", ())) if "properties" in inner]
    if "items" in schema:
        yield from paths(schema["items"], f"{path}.0")
    for inner in objects:
        for name, field in inner["properties"].items():
            yield from paths(field, f"{path}.{name}")
    if "items" not in schema and schema not in objects:
        yield path[1:]


def schema_of(topic: str) -> Any:
    return json.loads((SCHEMAS / "events" / f"{topic}.schema.json").read_bytes())


@pytest.mark.parametrize("topic", INPUTS)
def test_every_field_of_the_schemas_has_a_path(topic: str) -> None:
    found = list(paths(schema_of(topic)))
    assert len(found) > 15
    assert [path for path in found if leaf(topic, path) is None] == []


@pytest.mark.parametrize("topic", INPUTS)
def test_what_is_required_is_what_the_schemas_require_but_ids_and_lines(topic: str) -> None:
    assert required(topic) == set(schema_of(topic)["required"]) - {"event_id", "lines"}


@pytest.mark.parametrize(
    ("topic", "path", "found"),
    [
        ("order-entered", "placed_at", Leaf(Kind.TIME)),
        ("order-entered", "recurring", Leaf(Kind.TRUTH)),
        ("order-entered", "lines.0.unit_price", Leaf(Kind.MONEY)),
        ("order-delivered", "invoice.lines.3.quantity", Leaf(Kind.WHOLE)),
        ("ticket-answered", "hold_seconds", Leaf(Kind.NUMBER, many=True)),
        ("ticket-answered", "hold_seconds.0", Leaf(Kind.NUMBER)),
        ("survey-submitted", "scale", Leaf(Kind.TEXT)),
        ("survey-submitted", "scale.max", Leaf(Kind.NUMBER)),
        ("survey-submitted", "servqual.expectations.21", Leaf(Kind.NUMBER, holds_place=True)),
        ("order-entered", "lines", None),
        ("order-entered", "lines.0", None),
        ("order-entered", "lines.500.sku", None),
        ("order-entered", "lines.first.sku", None),
        ("order-entered", "order_id.0", None),
        ("order-entered", "", None),
    ],
)
def test_how_a_field_is_read(topic: str, path: str, found: Leaf | None) -> None:
    assert leaf(topic, path) == found
