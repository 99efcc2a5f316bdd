"""Policies from TOML: what becomes of them, and every fault at its line."""

import re
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from streams.cases.handed import Reassigning
from streams.events.wire import TicketOpened
from streams.sla import shape
from streams.sla.loader import PolicyError, load
from streams.sla.policy import DEFAULT, Goal, Objective
from streams.units import DAY, HOUR, MINUTE
from streams.windows.hours import Hours, span
from tests.windows.test_hours import week

EXAMPLE = Path(__file__).parent.parent.parent / "deploy" / "policies.example.toml"

FAULTY = """
[calendars.Office]                                #! should match pattern
zone = "Mars/Olympus"                             #! 'Mars/Olympus' is no time zone
holidays = ["DE", "DE-XX"]                        #! 'DE-XX': no holidays known
[calendars.Office.hours]
mox = ["09:00-10:00"]                             #! 'mox' is no weekday
mon-wed = ["9-10",                                #! '9-10' is no span of a day
  "10:00-12:00",
  5,                                              #! a text belongs here
]
wed = ["09:00-12:00", "11:00-13:00"]              #! overlap #! hours of wed stand above already
[calendars.Office.dates]
2026-02-30 = []                                   #! '2026-02-30' is no date

[calendars.never]                                 #! it never opens
zone = "UTC"
hours = { }

[calendars.whole]
zone = "UTC"
hours = { mon-sun = ["00:00-24:00"] }

[calendars.rare]
zone = "UTC"
hours = { mon = ["09:00-09:01"] }

[calendars.24x7]                                  #! this calendar is always there
zone = "UTC"
hours = 5                                         #! a table belongs here

[service]                                         #! there is no such key

[[policies]]
name = "first"
match = { tier = ["gold", "silver"] }
calendar = "offices"                              #! no such calendar; there are 24x7, Office, never, whole, rare
quiet_hours = "whole"                             #! these never end
warnings = [50, 100]                              #! less than or equal to 99
objective = { share = 1.0, over = "30d" }         #! less than 1
first_response = { target = "4 hours" }           #! '4 hours' is no duration
next_response = { calendar = "rare" }             #! is missing
resolution = { target = "300d", calendar = "rare" }  #! over ten years of a calendar of 1m a week
order_confirmed = { target = "1m" }               #! there is no such key
reassign = { chain = 0 }                          #! greater than or equal to 1

[[policies]]
name = "first"                                    #! there is another policy 'first' above
match = { tier = "gold", priority = "hihg" }      #! should be 'low', 'normal' #! never reached: policy 'first' above
[policies.assignment]
target = "400d"                                   #! more than a year
on_breach = ["page"]                              #! should be 'reassign'
pauses = ["lunch"]                                #! should be 'wait'

[[policies]]                                      #! the default matches all, so what stands below it
name = "default"

[[policies]]
name = "Last!"                                    #! should match pattern
match = { weather = "rain", kind = [] }           #! there is no such key #! at least 1 item
"""


def expected(document: str) -> list[tuple[int, str]]:
    """Line and words of each fault that the document's comments announce."""
    lines = enumerate(document.splitlines(), 1)
    return [(number, words.strip()) for number, line in lines for words in line.split("#!")[1:]]


def faults(document: str) -> list[tuple[int, str, str]]:
    with pytest.raises(PolicyError) as error:
        load(document)
    return [(fault.line, fault.where, fault.what) for fault in error.value.faults]


def test_every_fault_is_named_at_its_line() -> None:
    found, announced = faults(FAULTY), expected(FAULTY)
    assert [line for line, _, _ in found] == [line for line, _ in announced]
    for line, words in announced:
        assert any(words in what for at, _, what in found if at == line), (line, words)


def test_a_fault_says_file_line_path_and_how_to_mend() -> None:
    with pytest.raises(PolicyError, match=re.escape("p.toml:2: policies[0].first_response.target: '4' is no duration")):
        load('[[policies]]\nfirst_response.target = "4"\nname = "a"', "p.toml")


@pytest.mark.parametrize(
    ("document", "line", "words"),
    [
        ("", 1, "is missing"),
        (
            "policies = [\n{name = 'a', match = {tier = 'x'}},\n{name = 'b', match = {tier = ['x']}},\n{name = 'c'}]",
            3,
            "never reached: policy 'a' above takes all of these",
        ),
        ("policies = 5\n", 1, "a list belongs here"),
        ("policies = []", 1, "there is no default"),
        ("\n[[policies]]\nname = 'a'\nmatch = { tier = 'x' }", 2, "there is no default"),
        ("[[policies]]\nname = 'a'\n[[policies]]\nname = 'b'", 3, "a second policy without `match`"),
        ("[[policies]]\nname = 'a'\n[calendars]\nb = 1", 4, "a table belongs here"),
        ("calendars = 1\n[[policies]]\nname = 'a'\n", 1, "a table belongs here"),
        ("policies = [1, {name = 'a'}]\n", 1, "a table belongs here"),
        ("[[policies]]\nname = 'a'\nname = 'b'", 3, "Cannot overwrite a value"),
        ("\n[[policies]]\nname = a\n", 3, "Invalid value"),
        ("\nname = '''", 2, "end of document"),
    ],
)
def test_a_single_fault(document: str, line: int, words: str) -> None:
    [(at, _, what)] = faults(document)
    assert at == line
    assert words in what


def test_a_file_says_what_its_policies_say() -> None:
    book = load(EXAMPLE.read_text(encoding="utf-8"))
    gold, complaints, default = book.policies
    assert gold.match == {"tier": ("gold",), "priority": ("high", "urgent")}
    assert gold.clocks["first_response"] == Goal(
        target=15 * MINUTE, calendar="hotline", warnings=(50, 80), objective=Objective(0.99, 30 * DAY)
    )
    assert gold.clocks["resolution"].pauses == ("wait",)
    assert gold.reassigning == Reassigning(15 * MINUTE, 20 * MINUTE, 3)
    assert set(complaints.clocks) == {"first_response", "resolution", "assignment"}
    assert [goal.calendar for goal in complaints.clocks.values()] == ["office", "office", "hotline"]
    assert complaints.quiet_hours == "night"
    assert default == DEFAULT


def test_a_file_says_what_its_calendars_say() -> None:
    book = load(EXAMPLE.read_text(encoding="utf-8"))
    office = book.calendar("office")
    assert office.hours == Hours(  # type: ignore[attr-defined]
        "Europe/Berlin",
        week(mon_thu="09:00-12:30 13:30-18:00", fri="09:00-12:30 13:30-16:00"),
        {"12-24": (), "2026-12-31": (span("09:00-12:00"),)},
        ("DE-BE",),
    )
    assert book.regime(book.policies[1], "resolution").target == 16 * HOUR  # type: ignore[union-attr]


def test_what_a_clock_leaves_out_comes_from_its_policy_and_then_from_the_default() -> None:
    [policy] = load(
        """
        [[policies]]
        name = "all"
        warnings = [90, 10]
        first_response = { target = "1h", warnings = [] }
        resolution = { target = "1d" }
        assignment = { target = "5m", on_breach = [] }
        order_confirmed = { objective = { share = 0.5, over = "1d" } }
        """
    ).policies
    assert policy.clocks == {
        "first_response": Goal(target=HOUR, warnings=()),
        "resolution": Goal(target=DAY, warnings=(10, 90), pauses=("wait",)),
        "assignment": Goal(target=5 * MINUTE, warnings=(10, 90)),
        "order_confirmed": Goal(target=MINUTE, warnings=(10, 90), objective=Objective(0.5, DAY)),
    }


def test_a_selector_knows_the_kinds_that_a_ticket_can_have() -> None:
    kinds = get_args(get_args(get_type_hints(TicketOpened)["kind"])[0])
    assert get_args(shape.Kind) == kinds
