"""Sequences worked out by hand of the clock `attention`: the own first message of whoever got a ticket.

The office and the week are those of `test_sequences`.
"""

import pytest
from msgspec.structs import replace

from streams.cases.case import Case
from streams.cases.conventions import DEFAULT
from streams.cases.ticket import timeline
from streams.engine.terms import Terms
from streams.engine.whole import Whole
from streams.events.journal import Entry, Tick
from streams.exports import sla
from streams.sla.history import History
from streams.sla.loader import load
from streams.sla.story import stories
from tests.sla.test_sequences import OFFICE, Told, at, standing, story

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
    return [(one.cycle, one.number, standing(one)) for one in found.obligations if one.clock == "attention"]


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
