"""Every rule of the specification, R1 to R56, is named by a test: in its name, its docstring, or a golden case."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parent
RULES = {f"R{number}" for number in range(1, 57)}


def _named_by_functions(path: Path) -> Iterator[str]:
    """What the names and docstrings of a file's tests say; a rule in a comment or a helper counts for nothing."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node.name.replace("_", " ").replace(" r", " R")
            yield ast.get_docstring(node) or ""


def _named_by_golden(path: Path) -> Iterator[str]:
    golden = json.loads(path.read_text(encoding="utf-8"))
    assert golden["expected"] or golden["kpis"]
    yield golden["why"]


def _rules(texts: Iterator[str]) -> set[str]:
    return {rule for text in texts for rule in re.findall(r"\bR\d+\b", text)}


def test_each_rule_has_a_test_that_names_it() -> None:
    named: set[str] = set()
    for path in TESTS.rglob("test_*.py"):
        named |= _rules(_named_by_functions(path))
    for path in (TESTS / "golden").glob("*.json"):
        named |= _rules(_named_by_golden(path))
    assert sorted(RULES - named) == []


def test_no_test_names_a_rule_that_there_is_not() -> None:
    for path in TESTS.rglob("test_*.py"):
        assert _rules(_named_by_functions(path)) <= RULES, path
