"""Configured policies: the default one written out says what holds without any; looking in between changes nothing."""

import random
from collections import defaultdict
from itertools import pairwise

import orjson
import pytest
from msgspec.structs import replace

from streams.cases.case import Case, reference
from streams.cases.conventions import DEFAULT
from streams.cases.findings import Outcome
from streams.events.decode import Decoder
from streams.events.model import Event
from streams.sla.history import Edition, History
from streams.sla.loader import load
from streams.units import DAY, HOUR
from tests.histories import history

TEXT = """
[calendars.office]
zone = "Europe/Berlin"
hours = { mon-fri = ["09:00-12:00", "13:00-17:00"], sat = ["22:00-02:00"] }
[calendars.night]
zone = "Europe/Berlin"
hours = { mon-sun = ["20:00-07:00"] }
[[policies]]
name = "urgent"
match = { priority = ["high", "urgent"] }
first_response = { target = "1h", warnings = [50] }
next_response = { target = "2h", pauses = ["wait"] }
resolution = { target = "8h", calendar = "office" }
attention = { target = "2h", calendar = "office", pauses = ["wait"], warnings = [50] }
[[policies]]
name = "rest"
calendar = "office"
quiet_hours = "night"
first_response = { target = "4h", pauses = ["wait"] }
resolution = { target = "20h", pauses = [] }
assignment = { target = "30m" }
attention = { target = "20m" }
order_confirmed = { warnings = [40] }
on_time_delivery = { warnings = [50, 90] }
"""
BOOK = load(TEXT)
UNTOLD = ("attention", "order_confirmed", "on_time_delivery")
"""Clocks that no KPI tells by policy."""


def cases(seed: int) -> dict[str, list[Event]]:
    """The events of each case of a random history, in a random order, once each."""
    found: dict[str, dict[tuple[str, str], Event]] = defaultdict(dict)
    decode = Decoder("EUR").decode
    for line in history(seed, customers=3):
        event = decode(line["topic"], orjson.dumps(line["value"]), (), not_after=1 << 60)
        if hasattr(event, "identity"):
            found[reference(event)].setdefault(event.identity, event)
    return {ref: list(events.values()) for ref, events in found.items()}


@pytest.mark.parametrize("seed", range(40))
def test_the_default_policy_written_out_says_what_holds_without_one(seed: int) -> None:
    rng, written = random.Random(seed), replace(DEFAULT, policies=History())
    for ref, events in cases(seed).items():
        last = max(event.occurred_at for event in events)
        for asof in (last, last + rng.randrange(3 * DAY), last + 9 * DAY):
            plain, told = (Case(events).review(ref, asof, conventions) for conventions in (DEFAULT, written))
            assert sorted(map(repr, told.facts)) == sorted(map(repr, plain.facts))
            owed = [replace(one, target=None) for one in told.obligations]
            assert sorted(owed, key=lambda one: one.key) == sorted(plain.obligations, key=lambda one: one.key)
            assert (told.due, told.warnings) == (plain.due, [])


@pytest.mark.parametrize("seed", range(40, 70))
def test_what_is_decided_stays_decided_and_is_woken_for(seed: int) -> None:
    """Whatever changes as time goes on was announced by `due`; a decision and a warning once told stay."""
    rng = random.Random(seed)
    for ref, events in cases(seed).items():
        last = max(event.occurred_at for event in events)
        edits = [Edition(last + rng.randrange(-DAY, 3 * DAY), load(STRICT)) for _ in range(rng.randrange(3))]
        conventions = replace(DEFAULT, policies=History(BOOK, edits, business="office"))
        looks = [last, *sorted(last + rng.randrange(5 * DAY) for _ in range(20))]
        told = [Case(events).review(ref, asof, conventions) for asof in looks]
        for (before, after), (asof, later) in zip(pairwise(told), pairwise(looks), strict=True):
            if before.due is None or before.due >= later:
                assert after.facts == before.facts, (ref, asof, later)
                assert [w.key for w in after.warnings] == [w.key for w in before.warnings]
            stood = {one.key: one for one in after.obligations}
            decided = [one for one in before.obligations if one.outcome is not Outcome.OPEN]
            assert [stood[one.key] for one in decided] == decided
            assert {(w.key, w.at) for w in before.warnings} <= {(w.key, w.at) for w in after.warnings}


@pytest.mark.parametrize("seed", range(70, 85))
def test_what_no_kpi_tells_changes_nothing_else_and_is_counted_once(seed: int) -> None:
    """Without these clocks the same facts are told and the same is promised; each decision is one of a budget."""
    bare = load("\n".join(line for line in TEXT.splitlines() if not line.startswith(UNTOLD)))
    named = {(policy.name, clock) for policy in BOOK.policies for clock in policy.clocks if clock in UNTOLD}
    for ref, events in cases(seed).items():
        asof = max(event.occurred_at for event in events) + random.Random(seed).randrange(5 * DAY)
        told, want = (Case(events).review(ref, asof, replace(DEFAULT, policies=History(book))) for book in (BOOK, bare))
        assert [fact for fact in told.facts if fact[0] != "budgeted"] == want.facts
        assert [one for one in told.obligations if one.clock != "attention"] == want.obligations
        assert told.in_hand == want.in_hand
        decided = [
            (one.decided_at, one.policy, one.clock, one.outcome is Outcome.MET)
            for one in told.obligations
            if (one.policy, one.clock) in named and one.outcome in {Outcome.MET, Outcome.BREACHED}
        ]
        counted = [
            (at, policy, UNTOLD[place], met)
            for kind, at, (policy, *_), samples in told.facts
            if kind == "budgeted"
            for place, met in enumerate(samples)
            if met is not None
        ]
        assert sorted(counted, key=str) == sorted(decided, key=str)


STRICT = """
[[policies]]
name = "strict"
match = { channel = ["email", "web"] }
first_response = { target = "5m" }
attention = { target = "1h" }
resolution = { target = "3h", pauses = ["wait"], warnings = [10] }
[[policies]]
name = "none"
on_time_delivery = { warnings = [30, 90, 95] }
"""


def test_an_edit_counts_from_its_own_instant() -> None:
    history = History(BOOK, [Edition(5 * HOUR, load(STRICT))])
    assert history.edits(0, 6 * HOUR) == [5 * HOUR]
    assert (history.edits(5 * HOUR, DAY), history.edits(0, 5 * HOUR)) == ([], [])
    assert (history.next_edit(5 * HOUR), history.next_edit(5 * HOUR + 1)) == (5 * HOUR, None)
    dims = ("unknown", "high", "email", "unknown", "request", "unknown")
    names = [rule.policy for at in (0, 5 * HOUR - 1, 5 * HOUR) if (rule := history.rule("first_response", dims, at))]
    assert names == ["urgent", "urgent", "strict"]


def test_the_order_of_editions_does_not_matter() -> None:
    one, other = Edition(0, load(STRICT)), Edition(0, BOOK)
    assert History(None, [one, other]).name == History(None, [other, one]).name
    assert History(None, [one, other]).book(1) is History(None, [other, one]).book(1)
