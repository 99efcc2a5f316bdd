"""The examples in the docstrings of the pure modules run, and give what they say."""

import doctest
import importlib
import pkgutil

import pytest

import streams

SHELL = ("worker", "web", "cli", "__main__")
"""What does I/O, and may need a broker to be imported to any use."""
PURE = [
    module.name
    for module in pkgutil.walk_packages(streams.__path__, "streams.")
    if not module.ispkg and module.name.split(".")[1] not in SHELL
]


def examples(name: str) -> list[doctest.DocTest]:
    """The examples of a module; a bare `@lru_cache` would hide a function's, so these are unwrapped first."""
    module = importlib.import_module(name)
    finder, found = doctest.DocTestFinder(), doctest.DocTestFinder().find(module)
    known = {test.name for test in found}
    for label, thing in vars(module).items():
        plain = getattr(thing, "__wrapped__", None)
        if plain is not None and plain.__module__ == name and f"{name}.{label}" not in known:
            found += finder.find(plain, f"{name}.{label}", module=module)
    return [test for test in found if test.examples]


@pytest.mark.parametrize("name", PURE)
def test_examples_hold(name: str) -> None:
    runner = doctest.DocTestRunner()
    for test in examples(name):
        runner.run(test)
    assert runner.failures == 0


def test_examples_are_found() -> None:
    assert sum(len(examples(name)) for name in PURE) > 20
    assert any(test.name.endswith("bucket_of") for test in examples("streams.measures.buckets"))
