"""The producers' schemas: closed, described, and of one mind with the decoder."""

import copy
import random
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from streams import names
from streams.events import faults
from streams.events.decode import MAX_BYTES, Decoder
from streams.events.model import Rejected
from tests.events.examples import SCHEMAS, all_invalid, all_valid, load, schema_of, valid, validator, wire_bytes

DECODE = Decoder().decode


def schemas() -> list[tuple[str, Any]]:
    topics = [(topic, schema_of(topic)) for topic in names.INPUTS]
    return [("common", load(SCHEMAS / "common.schema.json")), *topics]


def declarations(schema: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """Every schema that describes a field or an item; conditions only join them."""
    for keyword in ("properties", "$defs"):
        for name, inner in schema.get(keyword, {}).items():
            yield f"{at}/{name}", inner
            yield from declarations(inner, f"{at}/{name}")
    for inner in (schema.get("items"), *schema.get("anyOf", ())):
        if inner is not None:
            yield from declarations(inner, f"{at}/-")


def everything(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object inside a schema."""
    if isinstance(tree, dict):
        yield tree
    for inner in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from everything(inner)


@pytest.mark.parametrize(("name", "schema"), schemas(), ids=lambda value: value if isinstance(value, str) else "")
class TestSchema:
    def test_is_a_schema(self, name: str, schema: Any) -> None:
        Draft202012Validator.check_schema(schema)
        assert schema["$schema"].endswith("2020-12/schema"), name

    def test_is_closed_at_every_level(self, name: str, schema: Any) -> None:
        closed = [s.get("additionalProperties") is False for s in everything(schema) if s.get("type") == "object"]
        assert closed, name
        assert all(closed)

    def test_says_what_every_field_means(self, name: str, schema: Any) -> None:
        silent = [
            at for at, s in declarations(schema, name) if "$ref" not in s and not {"title", "description"} <= set(s)
        ]
        assert silent == []


@pytest.mark.parametrize(("topic", "name", "value"), all_valid())
def test_a_valid_example_is_taken_by_both(topic: str, name: str, value: Any) -> None:
    assert list(validator(topic).iter_errors(value)) == [], name
    event = DECODE(topic, wire_bytes(value))
    assert not isinstance(event, Rejected)
    assert event.topic == topic
    assert event.extra is None


@pytest.mark.parametrize(("topic", "name", "example"), all_invalid())
def test_an_invalid_example_is_refused_by_both(topic: str, name: str, example: Any) -> None:
    rejected = DECODE(topic, wire_bytes(example["value"]))
    assert isinstance(rejected, Rejected)
    assert (rejected.reason, rejected.pointer) == (example["reason"], example["pointer"]), name
    assert rejected.message.startswith("expected ")
    assert validator(topic).is_valid(example["value"]) == ("beyond_schema" in example)


def test_every_reason_that_a_record_can_give_has_an_example() -> None:
    elsewhere = {faults.NOT_JSON, faults.TOO_LARGE, faults.UNKNOWN_TOPIC, faults.FUTURE_TIMESTAMP}
    named = {value for name, value in vars(faults).items() if name.isupper()}
    assert {example["reason"] for _, _, example in all_invalid()} == named - elsewhere


# All that may differ; `schemas/README.md` says so to producers.
READER_TAKES = [
    ("an unknown field", {"gift": True}),
    ("null in an optional field", {"region": None}),
    ("an offset without a colon", {"occurred_at": "2026-03-14T10:26:53+0100"}),
    ("a space for the T", {"occurred_at": "2026-03-14 09:26:53Z"}),
    ("leading zeros of money", {"costs": [{"kind": "other", "amount": "0000000000001.50"}]}),
]
SCHEMA_TAKES = [
    ("the configured currency", {"currency": "USD"}, "unsupported_currency"),
    ("the clock", {"occurred_at": "2126-03-14T09:26:53Z"}, "future_timestamp"),
    ("a product", {"lines": [{"sku": "tea", "quantity": 10**9, "unit_price": 10**4}]}, "out_of_bounds"),
    ("the lengths of the months", {"placed_at": "2026-02-30T09:26:53Z"}, "invalid_timestamp"),
    ("an offset that crosses the year", {"placed_at": "0002-01-01T00:00:00+01:00"}, "invalid_timestamp"),
    ("the decimals of a number", {"costs": [{"kind": "other", "amount": 1e-19}]}, "out_of_bounds"),
    ("the size of a record", {}, "too_large"),
]


@pytest.mark.parametrize(("what", "change"), READER_TAKES)
def test_what_the_reader_takes_and_the_schema_does_not(what: str, change: dict[str, Any]) -> None:
    record = {**valid(names.ORDER_ENTERED)["minimal"], **change}
    assert not validator(names.ORDER_ENTERED).is_valid(record), what
    assert not isinstance(DECODE(names.ORDER_ENTERED, wire_bytes(record)), Rejected)


@pytest.mark.parametrize(("what", "change", "reason"), SCHEMA_TAKES)
def test_what_the_schema_takes_and_the_reader_does_not(what: str, change: dict[str, Any], reason: str) -> None:
    record = {**valid(names.ORDER_ENTERED)["minimal"], **change}
    assert validator(names.ORDER_ENTERED).is_valid(record), what
    spaces = b" " * (MAX_BYTES if reason == faults.TOO_LARGE else 0)
    event = DECODE(names.ORDER_ENTERED, wire_bytes(record) + spaces, not_after=4_000_000_000_000)
    assert isinstance(event, Rejected)
    assert event.reason == reason


OTHER_TYPES: tuple[Any, ...] = (17, -3, 1.5, "words", "", True, [], {}, [None], "x" * 129, 10**13)
OTHER_VALUES = (0, -1, 1, 2, 3.0, 501, 10**9 + 1, "yes", "no", "urgent", "agent", "transfer", "nps", "stars", 11, 0.5)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of everything inside a record."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield (*path, key)
        yield from places(item, (*path, key))


def holder(record: Any, path: tuple[Any, ...]) -> Any:
    for key in path[:-1]:
        record = record[key]
    return record


def mutants(record: Any, seed: int) -> Iterator[tuple[str, Any]]:
    """One change each: every field dropped, and every value replaced by some others."""
    dice = random.Random(seed)
    for path in places(record):
        dropped = copy.deepcopy(record)
        del holder(dropped, path)[path[-1]]
        yield f"without {path}", dropped
        for other in (*dice.sample(OTHER_TYPES, 2), *dice.sample(OTHER_VALUES, 2)):
            changed = copy.deepcopy(record)
            holder(changed, path)[path[-1]] = other
            yield f"{path} = {other!r:.20}", changed


def excused(rejected: Rejected) -> bool:
    """Whether the change met one of `SCHEMA_TAKES`: the currency, a sum or a product."""
    joined = rejected.reason == faults.OUT_OF_BOUNDS and rejected.pointer in (
        "/servqual/weights",
        "/lines/0",
        "/lines/1",
    )
    return joined or rejected.reason == faults.UNSUPPORTED_CURRENCY


@pytest.mark.parametrize(("topic", "name", "value"), all_valid())
def test_schema_and_decoder_agree_on_every_mutant(topic: str, name: str, value: Any) -> None:
    for what, mutant in mutants(value, seed=len(name)):
        event = DECODE(topic, wire_bytes(mutant))
        refused = isinstance(event, Rejected)
        fits = validator(topic).is_valid(mutant)
        assert fits != refused or (fits and isinstance(event, Rejected) and excused(event)), (what, event)
        assert not refused or event.message.startswith("expected "), what  # type: ignore[union-attr]


@pytest.mark.parametrize(("topic", "name", "value"), all_valid())
def test_a_dropped_field_is_named_where_it_is_missed(topic: str, name: str, value: Any) -> None:
    for field in schema_of(topic)["required"]:
        without = {key: item for key, item in value.items() if key != field}
        rejected = DECODE(topic, wire_bytes(without))
        assert isinstance(rejected, Rejected)
        assert (rejected.reason, rejected.pointer) == (faults.MISSING_FIELD, f"/{field}"), name


@pytest.mark.parametrize(("topic", "name", "value"), all_valid())
def test_an_unknown_field_is_kept_by_the_reader_and_refused_by_the_schema(topic: str, name: str, value: Any) -> None:
    objects = [(), *(path for path in places(value) if isinstance(holder(value, (*path, "")), dict))]
    plain = DECODE(topic, wire_bytes(value))
    for path in objects:
        more = copy.deepcopy(value)
        holder(more, (*path, ""))["gift/wrap"] = {"b": 1.50, "a": [1e2]}
        assert not validator(topic).is_valid(more), name
        event = DECODE(topic, wire_bytes(more))
        assert not isinstance(event, Rejected)
        key = "".join(f"/{token}" for token in (*path, "gift~1wrap")) if path else "gift/wrap"
        assert event.extra == wire_bytes({key: {"a": [100], "b": 1.5}}).replace(b" ", b"")
        assert strip(event) == strip(plain)


@pytest.mark.parametrize(("topic", "name", "value"), all_valid())
def test_null_in_an_optional_field_is_missing(topic: str, name: str, value: Any) -> None:
    schema = schema_of(topic)
    optional = [field for field in schema["properties"] if field not in schema["required"] and field not in value]
    nulls = {**value, **dict.fromkeys(optional)}
    assert DECODE(topic, wire_bytes(nulls)) == DECODE(topic, wire_bytes(value)), name
    assert validator(topic).is_valid(nulls) == (not optional)


def strip(event: Any) -> Any:
    return [getattr(event, field) for field in event.__struct_fields__ if field != "extra"]


@pytest.mark.parametrize("topic", names.INPUTS)
def test_the_examples_use_every_field(topic: str) -> None:
    used = set().union(*valid(topic).values())
    assert used == set(schema_of(topic)["properties"])
