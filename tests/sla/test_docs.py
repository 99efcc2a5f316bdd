"""docs/sla.md: its examples run, and it names every key that a policy file may have."""

import doctest
import re
from pathlib import Path

from pydantic import BaseModel

from streams.cases.policies import DIMENSIONS
from streams.sla import shape
from streams.sla.durations import duration
from streams.sla.policy import CLOCKS, DEFAULT

PAGE = Path(__file__).parent.parent.parent / "docs" / "sla.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_the_examples_run() -> None:
    failed, attempted = doctest.testfile(str(PAGE), module_relative=False)
    assert attempted > 20
    assert failed == 0


def test_every_key_is_named() -> None:
    models = [one for one in vars(shape).values() if isinstance(one, type) and issubclass(one, BaseModel)]
    keys = {key for model in models for key in model.model_fields} - {"calendars", "policies", "share", "over"}
    assert keys > {*CLOCKS, *DIMENSIONS}
    assert [key for key in sorted(keys) if f"`{key}`" not in TEXT] == []


def test_the_table_of_defaults_is_that_of_the_default_policy() -> None:
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \| 24x7 \| (yes|no) \|$", TEXT, re.MULTILINE)
    told = {clock: (target.replace(" ", ""), pauses == "yes") for clock, target, pauses in rows}
    assert told.pop("on_time_delivery") == ("theorder'spromise", False)
    targets = {clock: goal.target for clock, goal in DEFAULT.clocks.items() if goal.target}
    assert {clock: duration(target) for clock, (target, _) in told.items()} == targets
    assert {clock for clock, (_, pauses) in told.items() if pauses} == {
        clock for clock, goal in DEFAULT.clocks.items() if goal.pauses
    }
