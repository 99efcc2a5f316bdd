"""The AsyncAPI document: right by its specification, whole, and leading to schemas that are there."""

import copy
import json
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from streams import names
from streams.exports.topics import topic_plan
from streams.render.asyncapi import document
from tests.contracts import OUTPUTS, SCHEMAS, validator
from tests.events.examples import cloudevents

with warnings.catch_warnings():
    warnings.simplefilter("ignore", UserWarning)  # of field names of its own
    from asyncapi3 import AsyncAPI3

TEXT = (SCHEMAS / "asyncapi.yaml").read_text(encoding="utf-8")
DOCUMENT = yaml.safe_load(TEXT)


def nodes(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        yield tree
    for inner in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from nodes(inner)


def at(tree: Any, pointer: str) -> Any:
    for step in pointer.split("/")[1:]:
        tree = tree[step]
    return tree


def test_it_is_what_the_specification_knows_and_nothing_else() -> None:
    assert AsyncAPI3.model_validate(DOCUMENT).model_dump(by_alias=True, exclude_none=True, mode="json") == DOCUMENT


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/operations/send-kpi-values/action", "publish"),
        ("/channels/kpi-values/adress", "kpi-values"),
        ("/channels/kpi-values/bindings/kafka/partitions", "many"),
        ("/components/messages/order-entered/contentTyp", "application/json"),
        ("/info/version", None),
        ("/asyncapi", "2.6.0"),
    ],
)
def test_what_the_specification_does_not_know_is_seen(path: str, value: Any) -> None:
    changed = copy.deepcopy(DOCUMENT)
    parent, _, name = path.rpartition("/")
    at(changed, parent)[name] = value
    with pytest.raises(ValidationError):
        AsyncAPI3.model_validate(changed)


def test_every_topic_that_others_see_is_a_channel_with_an_operation() -> None:
    assert set(DOCUMENT["channels"]) == {*names.INPUTS, *OUTPUTS}
    assert set(DOCUMENT["operations"]) == {f"receive-{n}" for n in names.INPUTS} | {f"send-{n}" for n in OUTPUTS}
    for name, operation in DOCUMENT["operations"].items():
        assert name == f"{operation['action']}-{operation['channel']['$ref'].rpartition('/')[2]}"


def test_channels_are_as_the_topics_are_planned() -> None:
    for spec in topic_plan(4):
        if spec.name in DOCUMENT["channels"]:
            kafka = DOCUMENT["channels"][spec.name]["bindings"]["kafka"]
            config = kafka["topicConfiguration"]
            assert (kafka["partitions"], kafka["replicas"]) == (spec.partitions, spec.replication)
            assert config["cleanup.policy"] == [spec.config["cleanup.policy"]]
            assert str(config["retention.ms"]) == spec.config["retention.ms"]


def test_every_reference_leads_somewhere() -> None:
    references = [node["$ref"] for node in nodes(DOCUMENT) if "$ref" in node]
    assert references
    for reference in references:
        file, _, pointer = reference.partition("#")
        found = at(json.loads((SCHEMAS / file).read_bytes()) if file else DOCUMENT, pointer)
        assert isinstance(found, dict), reference


def test_every_message_is_used_and_every_schema_of_a_topic_too() -> None:
    used = {ref["$ref"] for channel in DOCUMENT["channels"].values() for ref in channel["messages"].values()}
    assert used == {f"#/components/messages/{name}" for name in DOCUMENT["components"]["messages"]}
    files = {f"./events/{name}.schema.json" for name in names.INPUTS}
    files |= {f"./outputs/{name}.schema.json" for name in OUTPUTS}
    assert files <= {node["$ref"] for node in nodes(DOCUMENT) if "$ref" in node}


def test_other_settings_give_another_document() -> None:
    other = document(topic_plan(12, replication=3), "kafka.example:9093")
    assert other["servers"]["kafka"]["host"] == "kafka.example:9093"
    assert other["channels"]["kpi-values"]["bindings"]["kafka"]["partitions"] == 12
    AsyncAPI3.model_validate(other)


@pytest.mark.parametrize(("name", "example"), cloudevents())
def test_cloudevents_keep_to_the_schemas_of_their_form(name: str, example: dict[str, Any]) -> None:
    structured = name.endswith("structured")
    form, value = ("structured", example["value"]) if structured else ("binary", example["headers"])
    check = validator(f"cloudevents.schema.json#/$defs/{form}")
    assert list(check.iter_errors(value)) == []
    required = "id" if structured else "ce_id"
    assert not check.is_valid({key: item for key, item in value.items() if key != required})
