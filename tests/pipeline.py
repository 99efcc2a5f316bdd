"""Commands as a user calls them, for the tests of the whole pipeline: run, their bytes, their counts."""

import gc
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from click.testing import CliRunner, Result

from streams.cli.main import main

COUNTS = re.compile(r"received ([\d,]+) = applied ([\d,]+) \+ duplicates ([\d,]+) \+ dead letters ([\d,]+)")


class Counts(NamedTuple):
    """What became of an input, as the last lines on standard error say."""

    received: int
    applied: int
    duplicates: int
    dead_letters: int

    @property
    def add_up(self) -> bool:
        """Whether nothing was lost or invented."""
        return self.received == self.applied + self.duplicates + self.dead_letters


class Outcome(NamedTuple):
    """The final values, as bytes, and the counts."""

    values: bytes
    counts: Counts

    @property
    def records(self) -> list[dict[str, Any]]:
        """The values, read."""
        return [json.loads(line) for line in self.values.splitlines()]


def streams(*arguments: object) -> Result:
    """`streams` with these arguments, in this process."""
    try:
        return CliRunner().invoke(main, [str(argument) for argument in arguments])
    finally:
        gc.enable()  # compute ends with its process, and has switched it off


def outcome(command: str, *arguments: object) -> Outcome:
    """The outcome of `compute` or `replay`, which has to end well."""
    result = streams(command, *arguments)
    assert result.exit_code == 0, (result.output, result.exception)
    found = COUNTS.search(result.stderr)
    assert found, result.stderr
    return Outcome(result.stdout_bytes, Counts(*(int(count.replace(",", "")) for count in found.groups())))


def fails(code: int, *arguments: object) -> str:
    """What `streams` says that ends with this code, in a word to its user."""
    result = streams(*arguments)
    assert result.exit_code == code, result.output
    assert isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    return result.stderr


def write(path: Path, lines: Iterable[dict[str, Any]]) -> Path:
    """A file of JSON Lines."""
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def simulated(path: Path, events: int, *options: object) -> Path:
    """A file of so many simulated events, with late, doubled, broken and out-of-order ones among them."""
    faults = ("--late", 0.05, "--doubled", 0.05, "--broken", 0.05, "--out-of-order", 0.1)
    result = streams("simulate", "--events", events, *faults, *options, "--out", path)
    assert result.exit_code == 0, (result.output, result.exception)
    return path
