"""docs/configuration.md and the example file, from the JSON Schema of the settings."""

import json
from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]
Setting = tuple[str, str, Schema]
"""Section, key, schema."""

_HEAD = """# Configuration

One TOML file, given with `--config FILE` or `STREAMS_CONFIG`; each setting can also be given by its environment
variable, which stands over the file. Lists and tables are written as JSON in an environment variable, as in
`["1h","1d"]`. Every setting has a default. `streams check` tells all faults at once; `deploy/streams.example.toml`
holds every setting.

"""
_EXAMPLE = "# Every setting with its default. Edit a copy, and check it: `streams check --config FILE`.\n"


def page(schema: Schema, prefix: str, nested: str) -> str:
    """The page; `prefix` and `nested` are what names of environment variables are made with."""
    parts = [_HEAD]
    for section, said, keys in _sections(schema):
        rows = "".join(_row(key, one, prefix + f"{section}{nested}{key}".upper()) for key, one in keys.items())
        head = "| key | type | default | environment variable | |\n|---|---|---|---|---|\n"
        parts.append(f"## [{section}]\n\n{said}\n\n{head}{rows}")
    return "\n".join(parts)


def example(schema: Schema) -> str:
    """A configuration that says every default."""
    parts = [_EXAMPLE]
    for section, said, keys in _sections(schema):
        lines = "".join(_lines(key, one) for key, one in keys.items())
        parts.append(f"# {said}\n[{section}]\n{lines}")
    return "\n".join(parts)


def _sections(schema: Schema) -> Iterator[tuple[str, str, dict[str, Schema]]]:
    for section, reference in schema["properties"].items():
        found = schema["$defs"][reference["$ref"].rpartition("/")[2]]
        yield section, found["description"], found["properties"]


def _row(key: str, one: Schema, variable: str) -> str:
    default = "none" if one["default"] is None else f"`{_toml(one['default'])}`"
    return f"| `{key}` | {_type(one)} | {default} | `{variable}` | {_said(one)} |\n"


def _lines(key: str, one: Schema) -> str:
    note = ". ".join(part for part in (_said(one), _type(one).replace("`", "")) if part)
    value = f"# {key} =" if one["default"] is None else f"{key} = {_toml(one['default'])}"
    return f"# {note}\n{value}\n"


def _said(one: Schema) -> str:
    return str(one.get("description", ""))


def _toml(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _type(one: Schema) -> str:
    """The type and its bounds in words."""
    if "$ref" in one:
        return "table"
    if "anyOf" in one:
        return " or ".join(_type(kind) for kind in one["anyOf"])
    if "enum" in one:
        return "one of " + ", ".join(f"`{value}`" for value in one["enum"])
    match one["type"]:
        case "null":
            return "nothing"
        case "object":
            return f"table of {_type(one['additionalProperties'])}"
        case "array":
            return f"list of {_type(one['items'])}"
        case kind:
            return ", ".join([kind, *_bounds(one)])


def _bounds(one: Schema) -> list[str]:
    wordings = (
        ("minimum", "at least {}"),
        ("exclusiveMinimum", "more than {}"),
        ("maximum", "at most {}"),
        ("pattern", "matching `{}`"),
    )
    return [text.format(one[name]) for name, text in wordings if name in one]
