"""Policies from TOML: a book, or every fault at its line."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any

import msgspec
from pydantic import ValidationError

from streams.cases.handed import Reassigning
from streams.sla.checks import RULES
from streams.sla.policy import CLOCKS, GOALS, Book, Goal, Objective, Policy, PolicySet
from streams.sla.positions import Path, Positions
from streams.sla.shape import CALENDARS, CalendarTable, ObjectiveTable, OrderTable, PolicyFile, PolicyTable
from streams.windows.hours import Hours, Span, weekdays


class Fault(msgspec.Struct, frozen=True, order=True):
    """What is wrong, and where: the line, and the path as in `policies[0].match.tier`."""

    line: int
    where: str
    what: str


class PolicyError(ValueError):
    """All that is wrong with a policy file, one fault a line as `NAME:LINE: PATH: WHAT`."""

    def __init__(self, name: str, faults: list[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(f"{name}:{one.line}: {one.where}: {one.what}" for one in self.faults))


def load(text: str, name: str = "policies") -> Book:
    """The policies of a TOML document; `name` stands for it in what is said of its faults.

    >>> load('[[policies]]\\nname = "all"\\nfirst_response = { target = "4 hours" }\\n')
    Traceback (most recent call last):
    ...
    streams.sla.loader.PolicyError: policies:3: policies[0].first_response.target: '4 hours' is no duration; write one \
like 30m, 4h or 2d
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(name, [_no_toml(str(error), text)]) from error
    calendars = _calendars(document)
    findings = [*_shape(document), *(found for rule in RULES for found in rule(document, calendars))]
    if findings:
        where = Positions(text)
        raise PolicyError(name, [Fault(where.line(path), _dotted(path), what) for path, what in findings])
    return Book(_policies(PolicyFile.model_validate(document, context=_context(document))))


def _no_toml(message: str, text: str) -> Fault:
    found = re.search(r"at line (\d+)", message)
    return Fault(int(found.group(1)) if found else text.count("\n") + 1, "not TOML", message)


def _context(document: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    declared = document.get("calendars")
    return {CALENDARS: tuple(declared) if isinstance(declared, dict) else ()}


def _shape(document: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    try:
        PolicyFile.model_validate(document, context=_context(document))
    except ValidationError as error:
        for fault in error.errors():
            yield tuple(part for part in fault["loc"] if part != "[key]"), _words(fault)


def _words(fault: Any) -> str:
    kind, found = fault["type"], fault["input"]
    if kind == "missing":
        return "is missing"
    if kind == "extra_forbidden":
        return "there is no such key; docs/sla.md lists them"
    if kind in ("dict_type", "model_type"):
        return f"a table belongs here (found {found!r})"
    if kind == "tuple_type":
        return f"a list belongs here (found {found!r})"
    if kind == "value_error":
        return str(fault["msg"]).removeprefix("Value error, ")
    return f"{str(fault['msg'])[:1].lower()}{str(fault['msg'])[1:]} (found {found!r})"


def _calendars(document: dict[str, Any]) -> dict[str, Hours]:
    """The calendars that have their form, whatever the rest has."""
    found: dict[str, Hours] = {}
    for name in _context(document)[CALENDARS]:
        try:
            found[name] = _hours(CalendarTable.model_validate(document["calendars"][name]))
        except ValidationError:
            continue
    return found


def _dotted(path: Path) -> str:
    """The path as people write it; the whole file where it is empty.

    >>> _dotted(("policies", 0, "match"))
    'policies[0].match'
    """
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".") or "the file"


def _policies(file: PolicyFile) -> PolicySet:
    calendars = {name: _hours(table) for name, table in file.calendars.items()}
    return PolicySet(policies=tuple(map(_policy, file.policies)), calendars=calendars)


def _hours(table: CalendarTable) -> Hours:
    week: list[tuple[Span, ...]] = [()] * 7
    for days, spans in table.hours.items():
        for day in weekdays(days):
            week[day] = spans
    return Hours(table.zone, tuple(week), table.dates, table.holidays)


def _policy(table: PolicyTable) -> Policy:
    goals = {clock: getattr(table, clock) for clock in CLOCKS}
    return Policy(
        name=table.name,
        match=table.match.model_dump(exclude_none=True) if table.match else {},
        clocks={clock: _goal(clock, goal, table) for clock, goal in goals.items() if goal is not None},
        quiet_hours=table.quiet_hours,
        reassigning=Reassigning(**table.reassign.model_dump(exclude_none=True)) if table.reassign else Reassigning(),
    )


def _goal(clock: str, given: OrderTable, policy: PolicyTable) -> Goal:
    """What a clock's own table says, then its policy, then the default policy."""
    own = {name: getattr(given, name) for name in type(given).model_fields}
    shared = ("calendar", "warnings", "objective") if "calendar" in own else ("warnings", "objective")
    said = {name: getattr(policy, name) for name in shared} | {k: v for k, v in own.items() if v is not None}
    said["objective"] = _objective(said["objective"])
    return msgspec.structs.replace(GOALS[clock], **{k: v for k, v in said.items() if v is not None})


def _objective(table: ObjectiveTable | None) -> Objective | None:
    return Objective(table.share, table.over) if table else None
