"""The house: each module imports only from layers above its own, and only the named ones touch Kafka or the clock.

LAYERS lists the layers from the top. A module may import from its own layer and from those before it. `worker` alone
imports Faust, aiokafka and confluent-kafka, `worker` and `cli` alone kafka-python; `exports.collector` alone makes
metrics with prometheus_client, and `web` encodes them with it. Above `worker` there is no clock, no randomness, no
environment and no `async`: the instant is an argument. `importers` stand below but keep to the files and to seeds.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import streams

ROOT = Path(streams.__file__).parent
LAYERS = (
    "units",
    "names",
    "events",
    "cases",
    "measures",
    "windows",
    "kpis",
    "engine",
    "sla",
    "exports",
    "render",
    "worker",
    "web",
    "importers",
    "cli",
    "__main__",
)
PURE = LAYERS[: LAYERS.index("worker")]
ALLOWED = {
    "faust": {"worker"},
    "mode": {"worker"},
    "aiokafka": {"worker"},
    "confluent_kafka": {"worker"},
    "kafka": {"worker", "cli"},
    "prometheus_client": {"exports.collector", "web"},
    "aiohttp": {"web"},
}
"""Library → the layers and modules that may import it."""
IMPURE_MODULES = {"time", "random", "secrets", "os", "asyncio", "threading", "socket", "subprocess"}
IMPURE_CALLS = {"now", "utcnow", "today", "uuid1", "uuid4", "environ", "getenv"}

MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts): path
    for path in sorted(ROOT.rglob("*.py"))
    if path.name != "__init__.py"
}


def imports(tree: ast.AST) -> Iterator[str]:
    """Every module that is imported, anywhere in a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            module = node.module or ""
            yield from (f"{module}.{alias.name}" for alias in node.names) if module == "streams" else (module,)


def layer(module: str) -> str:
    return module.split(".", maxsplit=1)[0]


def upward(module: str, tree: ast.AST) -> list[str]:
    """The imports from layers below the module's own."""
    own = LAYERS.index(layer(module))
    inside = (name.removeprefix("streams.") for name in imports(tree) if name.startswith("streams."))
    return [name for name in inside if LAYERS.index(layer(name)) > own]


def strangers(module: str, tree: ast.AST) -> list[str]:
    """The libraries that the module may not import."""
    used = {name.split(".", maxsplit=1)[0] for name in imports(tree)}
    return [name for name in sorted(used & ALLOWED.keys()) if not ALLOWED[name] & {layer(module), module}]


def impurities(tree: ast.AST) -> list[str]:
    """Clock, randomness, environment and async."""
    found = [name for name in imports(tree) if name.split(".", maxsplit=1)[0] in IMPURE_MODULES]
    for node in ast.walk(tree):
        if isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith):
            found.append(f"async in line {node.lineno}")
        elif isinstance(node, ast.Attribute) and node.attr in IMPURE_CALLS:
            found.append(f"{node.attr} in line {node.lineno}")
    return found


@pytest.mark.parametrize("module", MODULES)
def test_a_module_keeps_to_its_place(module: str) -> None:
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    assert layer(module) in LAYERS
    assert upward(module, tree) == []
    assert strangers(module, tree) == []
    assert layer(module) not in PURE or impurities(tree) == []


def test_what_is_forbidden_is_seen() -> None:
    tree = ast.parse(
        "import faust\nfrom streams.cli import main\nfrom streams import web\nimport time\nasync def f(): pass"
    )
    assert upward("engine.cells", tree) == ["cli", "web"]
    assert strangers("engine.cells", tree) == ["faust"]
    assert impurities(tree) == ["time", "async in line 5"]
    assert impurities(ast.parse("from datetime import datetime\ndatetime.now()")) == ["now in line 2"]
