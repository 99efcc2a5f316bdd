"""Policies as data: selection, versions, what a stopwatch goes by."""

import msgspec
import pytest

from streams.cases.policies import DIMENSIONS
from streams.cases.stopwatch import Regime
from streams.cases.working import ALWAYS
from streams.sla.policy import CLOCKS, DEFAULT, DEFAULTS, Book, Goal, Objective, Policy, PolicySet
from streams.units import DAY, HOUR, MINUTE
from streams.windows.business import BusinessCalendar
from streams.windows.hours import Hours
from tests.windows.test_hours import week

OFFICE = Hours("Europe/Berlin", week(mon_fri="09:00-17:00"))
NIGHT = Hours("UTC", week(mon_sun="22:00-06:00"))
GOLD = Policy(
    name="gold",
    match={"tier": ("gold",), "priority": ("high", "urgent")},
    clocks={"resolution": Goal(target=8 * HOUR, calendar="office", pauses=("wait",), warnings=(80,))},
    quiet_hours="night",
)
WHOLE = PolicySet(policies=(GOLD, DEFAULT), calendars={"office": OFFICE, "night": NIGHT})


def test_the_default_is_as_the_rules_have_it() -> None:
    """[R34]: 4 h, 8 h, 48 h, 1 h, all the time, and `wait` stops the resolution only [R41]."""
    goals = {name: (goal.target, goal.calendar, goal.pauses) for name, goal in DEFAULT.clocks.items()}
    assert goals == {
        "first_response": (4 * HOUR, "24x7", ()),
        "next_response": (8 * HOUR, "24x7", ()),
        "resolution": (48 * HOUR, "24x7", ("wait",)),
        "assignment": (HOUR, "24x7", ()),
        "order_confirmed": (MINUTE, "24x7", ()),
        "on_time_delivery": (None, "24x7", ()),
    }
    assert set(CLOCKS) - set(DEFAULT.clocks) == {"attention"}
    assert {goal.objective for goal in DEFAULT.clocks.values()} == {Objective(0.95, 30 * DAY)}


@pytest.mark.parametrize(
    ("dims", "name"),
    [
        ({"tier": "gold", "priority": "urgent"}, "gold"),
        ({"tier": "gold", "priority": "high", "region": "north"}, "gold"),
        ({"tier": "gold", "priority": "low"}, "default"),
        ({"tier": "gold"}, "default"),
        ({}, "default"),
    ],
)
def test_the_first_that_matches_is_in_force(dims: dict[str, str], name: str) -> None:
    assert Book(WHOLE).select(dims).name == name


def test_what_is_missing_is_unknown() -> None:
    for dimension in DIMENSIONS:
        policy = Policy(name="p", match={dimension: ("unknown",)})
        assert policy.matches({})
        assert not policy.matches({dimension: "other"})


def test_the_order_of_policies_decides() -> None:
    broad = Policy(name="broad", match={"tier": ("gold", "silver")})
    assert Book(PolicySet(policies=(broad, DEFAULT))).select({"tier": "gold", "priority": "urgent"}) is broad


def test_a_stopwatch_goes_by_target_calendar_pauses_warnings_and_quiet_hours() -> None:
    regime = Book(WHOLE).regime(GOLD, "resolution")
    assert regime is not None
    assert (regime.target, regime.pausable, regime.warnings) == (8 * HOUR, True, (80,))
    assert isinstance(regime.calendar, BusinessCalendar)
    assert isinstance(regime.quiet, BusinessCalendar)
    assert (regime.calendar.hours, regime.quiet.hours) == (OFFICE, NIGHT)
    assert Book(DEFAULTS).regime(DEFAULT, "first_response") == Regime(4 * HOUR, ALWAYS, False, (50, 75, 90), None)


def test_a_clock_without_a_target_has_no_stopwatch() -> None:
    assert Book(WHOLE).regime(GOLD, "first_response") is None
    assert Book(WHOLE).regime(DEFAULT, "on_time_delivery") is None


def test_a_set_survives_being_written_and_read() -> None:
    again = msgspec.json.decode(msgspec.json.encode(WHOLE), type=PolicySet)
    assert again == WHOLE
    assert Book(again).version == Book(WHOLE).version


def test_versions_change_with_what_they_cover_and_with_nothing_else() -> None:
    book = Book(WHOLE)
    longer = msgspec.structs.replace(OFFICE, holidays=("DE",))
    edited = Book(PolicySet(policies=WHOLE.policies, calendars={"office": longer, "night": NIGHT}))
    assert edited.version != book.version
    assert edited.version_of(GOLD) != book.version_of(GOLD)
    assert edited.version_of(DEFAULT) == book.version_of(DEFAULT)
    turned = Book(PolicySet(policies=WHOLE.policies, calendars={"night": NIGHT, "office": OFFICE}))
    assert turned.version == book.version
