"""What the tables of a policy file have to be together: one rule, one function.

They look at the document as it was read, whatever else is wrong with it, so that all faults come at once; what has not
the form that it needs they leave to `shape`. A finding is the path of the fault and what is wrong.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from streams.sla.durations import duration, written
from streams.sla.policy import CLOCKS, ROUND_THE_CLOCK
from streams.sla.positions import Path
from streams.units import WEEK
from streams.windows.business import BusinessCalendar
from streams.windows.hours import WEEKDAYS, Hours, weekdays

Finding = tuple[Path, str]
Document = dict[str, Any]
Calendars = Mapping[str, Hours]
"""Those of the file that have their form."""

_LONGEST = 520
"""The most weeks of working time that a target may take."""


def _policies(document: Document) -> list[tuple[int, dict[str, Any]]]:
    found = document.get("policies")
    return [(at, one) for at, one in enumerate(found) if isinstance(one, dict)] if isinstance(found, list) else []


def _tables(of: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(of, dict):
        yield from ((name, table) for name, table in of.items() if isinstance(table, dict))


def one_default(document: Document, _: Calendars) -> Iterator[Finding]:
    """Exactly one policy has no selector, and it is the last: what stands below it would never be reached."""
    found = _policies(document)
    if not isinstance(document.get("policies"), list):
        return
    defaults = [at for at, policy in found if not policy.get("match")]
    if not defaults:
        yield ("policies",), "there is no default; let the last policy have no `match`"
    for at in defaults[1:]:
        yield ("policies", at), "a second policy without `match`; there is one default"
    if len(defaults) == 1 and defaults[0] != found[-1][0]:
        yield (
            ("policies", defaults[0]),
            "the default matches all, so what stands below it is never reached; put it last",
        )


def names_once(document: Document, _: Calendars) -> Iterator[Finding]:
    """No two policies have one name."""
    seen = set()
    for at, policy in _policies(document):
        name = str(policy.get("name"))
        if name in seen:
            yield ("policies", at, "name"), f"there is another policy {name!r} above"
        seen.add(name)


def reachable(document: Document, _: Calendars) -> Iterator[Finding]:
    """No policy is for cases alone that one above takes."""
    above: list[tuple[str, dict[str, set[str]]]] = []
    for at, policy in _policies(document):
        match = _values(policy.get("match"))
        for name, other in above:
            if match and all(match.get(dimension, set()) and match[dimension] <= of for dimension, of in other.items()):
                yield ("policies", at, "match"), f"never reached: policy {name!r} above takes all of these"
                break
        if match:
            above.append((str(policy.get("name")), match))


def _values(match: Any) -> dict[str, set[str]]:
    if not isinstance(match, dict):
        return {}
    return {
        dimension: {str(value) for value in (values if isinstance(values, list) else [values])}
        for dimension, values in match.items()
    }


def reserved(document: Document, _: Calendars) -> Iterator[Finding]:
    """The calendar of all time is not declared."""
    if ROUND_THE_CLOCK in dict(_tables(document.get("calendars"))):
        yield ("calendars", ROUND_THE_CLOCK), "this calendar is always there; choose another name"


def weekdays_once(document: Document, _: Calendars) -> Iterator[Finding]:
    """No weekday gets its hours twice."""
    for name, table in _tables(document.get("calendars")):
        seen: set[int] = set()
        for key in table.get("hours", ()) if isinstance(table.get("hours"), dict) else ():
            try:
                days = weekdays(key)
            except ValueError:
                continue
            if seen.intersection(days):
                twice = ", ".join(WEEKDAYS[day] for day in days if day in seen)
                yield ("calendars", name, "hours", key), f"hours of {twice} stand above already"
            seen.update(days)


def opens(_: Document, calendars: Calendars) -> Iterator[Finding]:
    """Every calendar opens."""
    for name, hours in calendars.items():
        try:
            BusinessCalendar(hours)
        except ValueError as error:
            yield ("calendars", name), str(error)


def within_reach(document: Document, calendars: Calendars) -> Iterator[Finding]:
    """No target takes longer than anybody waits."""
    for at, policy in _policies(document):
        for clock, goal in _tables({clock: policy.get(clock) for clock in CLOCKS}):
            hours = calendars.get(str(goal.get("calendar", policy.get("calendar"))))
            try:
                target = duration(str(goal.get("target")))
            except ValueError:
                continue
            if hours is not None and 0 < hours.in_a_week * _LONGEST < target:
                week = written(hours.in_a_week)
                yield ("policies", at, clock, "target"), f"this takes over ten years of a calendar of {week} a week"


def quiet_ends(document: Document, calendars: Calendars) -> Iterator[Finding]:
    """Quiet hours are no whole weeks."""
    for at, policy in _policies(document):
        name = str(policy.get("quiet_hours"))
        hours = calendars.get(name)
        if name == ROUND_THE_CLOCK or (hours is not None and hours.in_a_week >= WEEK):
            yield ("policies", at, "quiet_hours"), "these never end, so no warning would ever be given"


RULES = (
    one_default,
    names_once,
    reachable,
    reserved,
    weekdays_once,
    opens,
    within_reach,
    quiet_ends,
)
