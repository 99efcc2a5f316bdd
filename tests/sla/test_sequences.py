"""Sequences worked out by hand: what each clock of a ticket says of them, under policies with working hours.

The office is open from Monday to Friday, 9:00 to 17:00 UTC. 2 March 2026 is a Monday.
"""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from streams.cases.case import Case
from streams.cases.conventions import DEFAULT
from streams.cases.findings import Findings, Obligation
from streams.cases.ticket import timeline
from streams.engine.terms import Terms
from streams.engine.whole import Whole
from streams.events.journal import Entry, Tick
from streams.events.model import Event
from streams.exports import sla
from streams.sla.history import Edition, History
from streams.sla.loader import load
from streams.sla.spending import Spending
from streams.sla.story import stories
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
    return [_told(one) for one in found.obligations if one.clock == name]


def _told(one: Obligation) -> Told:
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


DESK = History(
    load(
        OFFICE
        + """
[[policies]]
name = "urgent"
match = { priority = "urgent" }
attention = { target = "15m" }
[[policies]]
name = "desk"
calendar = "office"
attention = { target = "1h", pauses = ["wait"], warnings = [50] }
"""
    )
)
ANN, BOB = {"to_agent": "ann", "by": "system"}, {"to_agent": "bob", "by": "system"}


def attention(asof: str, *acts: tuple[str, str, dict[str, object]], **of: object) -> list[tuple[int, int, Told]]:
    """Cycle, number and standing of what is promised of each assignment."""
    found = Case(story(*acts, **of)).review("ticket:1:c:t", at(asof), replace(DEFAULT, policies=DESK))
    return [(one.cycle, one.number, _told(one)) for one in found.obligations if one.clock == "attention"]


def wrote(when: str, agent: str, **more: object) -> tuple[str, str, dict[str, object]]:
    return when, "message", {"agent_id": agent, **more}


def test_each_assignment_waits_for_the_first_message_of_the_one_who_got_it() -> None:
    """Bob's message is not Ann's; passing it on in time leaves Ann owing nothing, and later leaves it breached."""
    given = ("Mon 10:00", "assign", ANN)
    assert attention("Mon 10:30", given) == [(1, 1, ("open", "Mon 11:00"))]
    assert attention("Tue 09:00", given, wrote("Mon 11:00", "ann")) == [(1, 1, ("met", "Mon 11:00"))]
    assert attention("Tue 09:00", given, wrote("Mon 10:30", "bob")) == [(1, 1, ("breached", "Mon 11:00"))]
    passed = attention("Tue 09:00", given, ("Mon 10:40", "assign", BOB), wrote("Mon 10:50", "bob"))
    assert passed == [(1, 1, ("void", "Mon 10:40")), (1, 2, ("met", "Mon 10:50"))]
    late = attention("Tue 09:00", given, ("Mon 12:00", "assign", BOB), wrote("Mon 12:10", "ann"))
    assert late == [(1, 1, ("breached", "Mon 11:00")), (1, 2, ("breached", "Mon 13:00"))]


def test_who_has_it_from_the_opening_owes_a_message_too_and_nobody_owes_none() -> None:
    assert attention("Tue 09:00", assigned_to="ann") == [(1, 1, ("breached", "Mon 10:00"))]
    assert attention("Tue 09:00") == []
    assert attention("Tue 09:00", assigned_to="ann", kind="review") == []
    away = ("Mon 09:30", "transfer", {"to_department": "billing"})
    assert attention("Tue 09:00", away, assigned_to="ann") == [(1, 1, ("void", "Mon 09:30"))]
    over = ("Mon 09:30", "transfer", {"to_department": "billing", "to_agent": "bob"})
    assert attention("Mon 10:00", over, assigned_to="ann")[1] == (1, 2, ("open", "Mon 10:30"))


def test_assigned_again_to_the_same_one_his_clock_runs_on_until_he_wrote() -> None:
    given, again = ("Mon 10:00", "assign", ANN), ("Mon 10:30", "assign", ANN)
    assert attention("Tue 09:00", given, again) == [(1, 1, ("breached", "Mon 11:00"))]
    anew = attention("Tue 09:00", given, wrote("Mon 10:10", "ann"), again)
    assert anew == [(1, 1, ("met", "Mon 10:10")), (1, 2, ("breached", "Mon 11:30"))]


@pytest.mark.parametrize("action", ["resolve", "void", "merge"])
def test_what_is_over_asks_for_no_attention(action: str) -> None:
    given, ends = ("Mon 10:00", "assign", ANN), {"agent_id": "ann", "into_ticket": "other"}
    assert attention("Tue 09:00", given, ("Mon 11:00", action, ends)) == [(1, 1, ("void", "Mon 11:00"))]
    assert attention("Tue 09:00", given, ("Mon 11:01", action, ends)) == [(1, 1, ("breached", "Mon 11:00"))]


def test_a_message_that_resolves_is_one_and_after_a_reopen_it_is_counted_anew() -> None:
    acts = (
        ("Mon 10:00", "assign", ANN),
        wrote("Mon 10:30", "ann", resolves=True),
        ("Mon 11:00", "assign", BOB),
        ("Mon 12:00", "reopen", {"by": "customer"}),
        ("Mon 12:10", "assign", ANN),
    )
    assert attention("Mon 13:00", *acts) == [(1, 1, ("met", "Mon 10:30")), (2, 1, ("open", "Mon 13:10"))]


def test_attention_goes_by_calendar_pauses_priority_and_warnings() -> None:
    """Friday 16:30 to Monday 9:30, half of it at closing; ten minutes waiting; urgent when the quarter is used up."""
    given = ("Fri 16:30", "assign", ANN)
    assert attention("Sun 12:00", given) == [(1, 1, ("open", "Mon+ 09:30"))]
    waits = ("Fri 16:40", "wait", {}), ("Fri 16:50", "resume", {})
    assert attention("Sun 12:00", given, *waits) == [(1, 1, ("open", "Mon+ 09:40"))]
    raised = ("Mon+ 09:00", "reprioritise", {"priority": "urgent"})
    assert attention("Tue+ 12:00", given, raised) == [(1, 1, ("breached", "Mon+ 09:00"))]
    found = Case(story(given)).review("ticket:1:c:t", at("Tue+ 12:00"), replace(DEFAULT, policies=DESK))
    assert [(one.share, one.at) for one in found.warnings] == [(50, at("Fri 17:00"))]


def test_attention_is_in_no_kpi_and_absent_where_no_policy_names_it() -> None:
    events = story(("Mon 10:00", "assign", ANN), ("Mon 10:30", "assign", BOB), wrote("Mon 10:40", "bob"))
    plain = History(load('[[policies]]\nname = "desk"\n'))
    asked, bare = (
        Case(events).review("ticket:1:c:t", at("Tue 09:00"), replace(DEFAULT, policies=policies))
        for policies in (DESK, plain)
    )
    assert "attention" not in {one.clock for one in bare.obligations}
    more = [fact for fact in asked.facts if fact not in bare.facts]
    assert [fact for fact in bare.facts if fact not in asked.facts] == []
    assert more == [("budgeted", at("Mon 10:40"), ("desk",), (True, None, None))]


def test_attention_is_told_as_the_other_clocks_are() -> None:
    engine = Whole(Terms(conventions=replace(DEFAULT, policies=DESK)), announce=True).partition
    events = story(("Mon 10:00", "assign", ANN), ("Mon 10:30", "assign", BOB))
    engine.absorb(enumerate([*map(Entry, events), Tick(at("Mon 12:00"))]))
    flush = engine.flush()
    moved = [one for one in flush.transitions if one.obligation.clock == "attention"]
    assert [(one.obligation.number, sla.kinds(one)) for one in moved] == [(1, []), (2, ["sla-breached"])]
    ref = moved[1].ref
    [(key, value, heads)], breach = sla.records(moved[1])
    assert key.decode() == sla.obligation_id(ref, "attention", 1, 2) != sla.obligation_id(ref, "attention", 1)
    assert dict(heads)["ce_id"] == key + b"/sla-breached"
    assert (breach or ())[:2] == (key, value)


def test_the_story_of_a_ticket_tells_of_each_assignment() -> None:
    line = timeline(story(("Mon 10:00", "assign", ANN), ("Mon 10:40", "assign", BOB), wrote("Mon 10:50", "bob")))
    assert line is not None
    told = [
        (one.obligation.number, [(chapter.at, chapter.what) for chapter in one.chapters])
        for one in stories(line, DESK, at("Tue 09:00"))
    ]
    started = "started by policy desk: 1h"
    assert told == [
        (1, [(at("Mon 10:00"), started), (at("Mon 10:30"), "warned at 50 %"), (at("Mon 10:40"), "void")]),
        (2, [(at("Mon 10:40"), started), (at("Mon 10:50"), "met")]),
    ]


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
