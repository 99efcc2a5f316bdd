"""Sequences worked out by hand: what each clock of a ticket says of them, under policies with working hours.

The office is open from Monday to Friday, 9:00 to 17:00 UTC. 2 March 2026 is a Monday.
"""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from streams.cases.case import Case
from streams.cases.conventions import DEFAULT
from streams.cases.findings import Findings, Obligation
from streams.engine.terms import Terms
from streams.engine.whole import Whole
from streams.events.journal import Entry, Tick
from streams.events.model import Event
from streams.exports import sla
from streams.sla.history import Edition, History
from streams.sla.loader import load
from streams.sla.spending import Spending
from streams.units import DAY, HOUR, MINUTE, to_ms
from tests.make import act, opened

OFFICE = """
[calendars.office]
zone = "UTC"
hours = { mon-fri = ["09:00-17:00"] }
"""
BOOK = load(
    OFFICE
    + """
[[policies]]
name = "urgent"
match = { priority = "urgent" }
resolution = { target = "4h", calendar = "office", warnings = [] }
[[policies]]
name = "normal"
calendar = "office"
first_response = { target = "4h", warnings = [50], pauses = ["wait"] }
next_response = { target = "2h", warnings = [] }
resolution = { target = "8h", warnings = [75] }
assignment = { target = "1h", warnings = [] }
"""
)
SHORTER = load(
    OFFICE
    + """
[[policies]]
name = "shorter"
resolution = { target = "3h", calendar = "office", warnings = [] }
"""
)
FIRST = "first_response"
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
Told = tuple[str, str]
"""How it stands, and since when it is decided or when it is due: `Mon 09:00`."""


def at(text: str) -> int:
    """The instant of `Mon 09:00`, or of `Mon 09:00:01.5`; a second week is `Mon+`."""
    day, _, clock = text.partition(" ")
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun").index(day[:3]) + 7 * day.count("+")
    hours, minutes, seconds = map(float, (clock + ":0").split(":")[:3])
    return to_ms(MONDAY + timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds))


def clocks(found: Findings, name: str) -> list[Told]:
    """Outcome and instant of each promise of a clock."""
    return [standing(one) for one in found.obligations if one.clock == name]


def standing(one: Obligation) -> Told:
    when = one.deadline if one.decided_at is None else one.decided_at
    weeks, ms = divmod(when - to_ms(MONDAY), 7 * DAY)
    stamp = datetime.fromtimestamp(when / 1000, UTC)
    return f"{one.outcome.value}{' paused' * one.paused}", f"{stamp:%a}{'+' * weeks} {stamp:%H:%M}" + (
        f":{ms % MINUTE / 1000:g}" if ms % MINUTE else ""
    )


def story(*acts: tuple[str, str, dict[str, object]], opening: str = "Mon 09:00", **of: object) -> list[Event]:
    """A ticket and what happened to it: (instant, action, fields)."""
    first = opened(at(opening), event_id="e", **of)
    return [
        first,
        *(act(at(when), action, event_id=f"a{n:02}", **more) for n, (when, action, more) in enumerate(acts)),
    ]


def review(events: list[Event], asof: str, *editions: Edition) -> Findings:
    conventions = replace(DEFAULT, policies=History(BOOK, editions))
    return Case(events).review("ticket:1:c:t", at(asof), conventions)


def test_a_wait_over_a_weekend() -> None:
    """Friday 15:00 to 16:00 one of eight hours, then waiting until Monday 10:00: seven are left, due at 17:00."""
    acts = (("Fri 16:00", "wait", {}), ("Mon+ 10:00", "resume", {}))
    assert clocks(review(story(acts[0], opening="Fri 15:00"), "Sun 12:00"), "resolution") == [
        ("open paused", "Mon+ 15:00")
    ]
    found = review(story(*acts, opening="Fri 15:00"), "Tue+ 12:00")
    assert clocks(found, "resolution") == [("breached", "Mon+ 17:00")]
    assert [(one.share, one.at) for one in found.warnings if one.obligation.clock == "resolution"] == [
        (75, at("Mon+ 15:00"))
    ]


def test_wait_and_resume_twice_in_one_minute() -> None:
    """Ten and twenty seconds are not counted; twice, and the other way round they would be."""
    acts = [
        (f"Mon 10:00:{second}", action, {})
        for second, action in ((10, "wait"), (20, "resume"), (30, "wait"), (50, "resume"))
    ]
    assert clocks(review(story(*acts), "Wed 09:00"), "resolution") == [("breached", "Tue 09:00:30")]


def test_a_priority_raised_when_the_new_target_is_used_up() -> None:
    """Five of eight hours are spent when four are promised: breached then, and not an hour before."""
    acts = (("Mon 14:00", "reprioritise", {"priority": "urgent"}), ("Mon 15:00", "resolve", {}))
    found = review(story(*acts), "Tue 09:00")
    assert clocks(found, "resolution") == [("breached", "Mon 14:00")]
    assert [fact[2][0] for fact in found.facts if fact[0] == "sla_resolution"] == ["urgent"]


def test_a_priority_raised_in_time_and_what_was_decided_stays() -> None:
    acts = (("Mon 11:00", "reprioritise", {"priority": "urgent"}), ("Mon 13:00", "resolve", {}))
    found = review(story(*acts), "Tue 09:00")
    assert clocks(found, "resolution") == [("met", "Mon 13:00")]
    assert clocks(found, "assignment") == [("breached", "Mon 10:00")]
    assert clocks(found, "first_response") == [("void", "Mon 11:00")]  # the policy for urgent ones has no such clock


@pytest.mark.parametrize(
    ("edited", "told"),
    [
        ("Mon 10:00", [("breached", "Mon 12:00")]),
        ("Mon 12:00", [("breached", "Mon 12:00")]),
        ("Mon 13:30", [("breached", "Mon 13:30")]),
        ("Mon 18:00", [("breached", "Mon 17:00")]),
    ],
)
def test_a_policy_edited_while_open(edited: str, told: list[Told]) -> None:
    """Three hours in place of eight, from the edit on; after 17:00 it is decided already."""
    assert clocks(review(story(), "Wed 09:00", Edition(at(edited), SHORTER)), "resolution") == told


def test_an_edit_to_come_is_looked_at_when_it_comes() -> None:
    found = review(story(), "Mon 09:30", Edition(at("Mon 09:45"), SHORTER))
    assert found.due == at("Mon 09:45")
    assert clocks(found, "resolution") == [("open", "Mon 17:00")]


def test_a_reopen_is_a_cycle_of_its_own_also_long_after() -> None:
    acts = (
        ("Mon 10:00", "resolve", {}),
        ("Mon 12:00", "reopen", {}),
        ("Tue 10:00", "resolve", {}),
        ("Tue+ 16:00", "reopen", {}),
    )
    assert clocks(review(story(*acts), "Wed+ 12:00"), "resolution") == [
        ("met", "Mon 10:00"),
        ("met", "Tue 10:00"),
        ("open", "Wed+ 16:00"),
    ]


@pytest.mark.parametrize("action", ["void", "merge"])
def test_void_and_merge_end_what_is_open_and_leave_what_is_decided(action: str) -> None:
    found = review(story(("Mon 11:00", action, {"into_ticket": "other"})), "Fri 09:00")
    assert clocks(found, "resolution") == [("void", "Mon 11:00")]
    assert clocks(found, "assignment") == [("breached", "Mon 10:00")]


def test_of_several_messages_before_the_reply_the_oldest_counts() -> None:
    customer = {"by": "customer"}
    asks = [(f"Mon 1{hour}:00", "message", customer) for hour in (1, 2, 3)]
    found = review(story(("Mon 10:00", "message", {}), *asks, ("Mon 13:00:01", "message", {})), "Tue 09:00")
    assert clocks(found, "next_response") == [("breached", "Mon 13:00")]


def test_a_bot_answers_nobody() -> None:
    """Its messages end no clock; handing over assigns, and a person's message ends the first response."""
    bot = {"by": "bot"}
    acts = (
        ("Mon 09:10", "message", bot),
        ("Mon 09:20", "assign", bot | {"to_agent": "ann"}),
        ("Mon 12:00", "message", {}),
    )
    found = review(story(*acts), "Tue 09:00")
    assert clocks(found, "assignment") == [("met", "Mon 09:20")]
    assert clocks(found, "first_response") == [("met", "Mon 12:00")]


def test_a_resolve_without_a_reply_ends_what_is_owed() -> None:
    found = review(story(("Mon 12:00", "resolve", {})), "Tue 09:00")
    assert clocks(found, "first_response") == [("met", "Mon 12:00")]
    assert not [fact for fact in found.facts if fact[0] == "first_response"]


@pytest.mark.parametrize(("when", "told"), [("Mon 13:00", "met"), ("Mon 13:00:0.001", "breached")])
def test_in_the_same_millisecond_is_in_time(when: str, told: str) -> None:
    assert clocks(review(story((when, "message", {})), "Tue 09:00"), "first_response") == [(told, "Mon 13:00")]


def test_an_answer_that_comes_late_as_a_record_takes_the_breach_back() -> None:
    """Breached by the clock at 13:00; then the answer of 12:30 is heard of, and nothing is burnt."""
    engine = Whole(Terms(conventions=replace(DEFAULT, policies=History(BOOK))), announce=True).partition
    told: list[str] = []
    cells: dict[tuple[str, int], dict[int, int]] = {}
    events = story(("Mon 12:30", "message", {}))
    for record in (Entry(events[0]), Tick(at("Mon 13:00") + 1), Entry(events[1], 0, 1)):
        engine.absorb([(engine.next, record)])
        flush = engine.flush()
        cells |= {key: dict(vector) for key, vector in flush.partials}
        engine.flushed(flush)
        heads = [dict(sla.warning(one)[2]) for one in flush.cautions if one.warned.obligation.clock == FIRST]
        moved = [one for one in flush.transitions if one.obligation.clock == FIRST]
        heads += [dict(sla.event(kind, one)[2]) for one in moved for kind in sla.kinds(one)]
        told += [f"{head['ce_id'].decode().partition('/')[2]} {head['ce_time'].decode()[11:16]}" for head in heads]
    assert told == [
        "sla-warning/50 11:00",
        "sla-breached 13:00",
        "sla-breach-retracted 12:30",
        "sla-met 12:30",
    ]
    pane = at("Mon 13:00") // HOUR * HOUR
    policy = History(BOOK)
    spent = Spending(HOUR, policy)
    for (scope, start), vector in cells.items():
        spent.add(scope, start, vector)
    spent.advance(pane + HOUR)
    burnt = {(clock, window): rate for _, clock, window, rate in spent.burning()}
    assert burnt["first_response", "6h"] == 0
