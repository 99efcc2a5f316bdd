"""The simulator: seeded, valid, in order of sending, with memory for the open cases alone."""

import tracemalloc
from collections import Counter, defaultdict
from itertools import islice, pairwise
from random import Random

import orjson
import pytest

from streams.events.decode import Decoder
from streams.events.model import Rejected
from streams.importers.simulator import Business, Faults, simulate, timed
from streams.importers.simulator_demand import weekday
from streams.importers.simulator_faults import HUGE, KINDS, broken_as
from streams.importers.simulator_staff import opening
from streams.names import INPUTS
from streams.units import DAY, HOUR, MINUTE, SECOND

MONDAY = 1_767_571_200_000
BUSINESS = Business(start=MONDAY, rate=1.0, events=8_000)
DEMO = Business(start=MONDAY, rate=100.0, events=30_000, life=0.001, steady=True)
MONTH = Business(start=MONDAY, rate=0.01, events=25_000, steady=True)
FAULTS = Faults(late=0.05, doubled=0.05, broken=0.02, out_of_order=0.1)


def _bytes(business, faults=None, seed=1):
    return [_dumps(line) for line in simulate(Random(seed), business, faults)]


def _dumps(line):
    value = line["value"]
    return line["topic"], value if isinstance(value, bytes) else orjson.dumps(value)


def _decoded(business):
    decoder = Decoder()
    return [decoder.decode(topic, value) for topic, value in _bytes(business)]


def test_the_same_seed_gives_the_same_bytes():
    assert _bytes(BUSINESS, FAULTS) == _bytes(BUSINESS, FAULTS)
    assert _bytes(BUSINESS, FAULTS) != _bytes(BUSINESS, FAULTS, seed=2)


@pytest.mark.parametrize("business", [BUSINESS, DEMO], ids=["weekly", "demo"])
def test_every_event_is_valid_and_its_id_its_own(business):
    decoded = _decoded(business)
    assert [found for found in decoded if isinstance(found, Rejected)] == []
    assert len({(found.customer_id, *found.identity) for found in decoded}) == len(decoded) == business.events


def test_events_come_in_the_order_of_sending():
    for faults in (None, FAULTS):
        times = [sent.at for sent in timed(Random(1), BUSINESS, faults)]
        assert times == sorted(times)


def test_nothing_is_sent_before_it_occurred():
    decoder = Decoder()
    for sent in timed(Random(1), DEMO):
        assert decoder.decode(sent.topic, orjson.dumps(sent.value)).occurred_at <= sent.at


def test_faults_change_what_is_sent_never_what_happened():
    good = Counter(_bytes(BUSINESS))
    sent = Counter(_bytes(BUSINESS, FAULTS))
    assert set(good) <= set(sent)
    decoder = Decoder()
    extra = set(sent) - set(good)
    assert all(isinstance(decoder.decode(*record, not_after=MONDAY + 365 * DAY), Rejected) for record in extra)
    assert max(sent[record] for record in good) == 2


@pytest.mark.parametrize(
    ("faults", "share"),
    [(Faults(doubled=0.1), 0.1), (Faults(broken=0.1), 0.1), (Faults(), 0.0), (Faults(late=1.0), 0.0)],
)
def test_doubles_and_broken_records_come_on_top(faults, share):
    extra = len(_bytes(BUSINESS, faults)) / BUSINESS.events - 1
    assert extra == pytest.approx(share, abs=0.015)


def _behind(faults):
    """Share of records that are sent after one which occurred later by more than a second."""
    decoder = Decoder()
    times = [decoder.decode(*record).occurred_at for record in _bytes(BUSINESS, faults)]
    latest, behind = 0, 0
    for time in times:
        behind += time < latest - SECOND
        latest = max(latest, time)
    return behind / len(times)


def test_late_and_out_of_order_records_are_behind_others():
    assert _behind(Faults(late=0.1)) > _behind(None) + 0.05
    assert _behind(Faults(out_of_order=0.3)) > _behind(None) + 0.1


@pytest.mark.parametrize("kind", [*KINDS, HUGE])
def test_every_broken_record_is_a_dead_letter(kind):
    topic, value = _dumps(dict(zip(("topic", "value"), broken_as(kind, "2026-01-05T08:00:00Z", 1), strict=True)))
    assert isinstance(Decoder().decode(topic, value, not_after=MONDAY + 365 * DAY), Rejected)


def test_duration_ends_it():
    business = Business(start=MONDAY, rate=0.5, duration=6 * HOUR)
    times = [sent.at for sent in timed(Random(1), business)]
    assert MONDAY + 5 * HOUR < times[-1] < MONDAY + 6 * HOUR


def test_the_rate_holds_from_the_start():
    sent = Counter((sent.at - MONDAY) // MINUTE for sent in timed(Random(3), DEMO))
    whole = [sent[minute] for minute in sorted(sent)[:-1]]
    assert len(whole) >= 4
    assert all(60 * DEMO.rate * 0.75 < count < 60 * DEMO.rate * 1.25 for count in whole)


def test_customers_keep_the_hours_of_a_week():
    opened = Counter()
    for found in _decoded(Business(start=MONDAY, rate=0.02, duration=14 * DAY)):
        if found.topic == "ticket-opened":
            opened["night" if found.occurred_at % DAY < 6 * HOUR else "day"] += 1
            opened["sunday"] += weekday(found.occurred_at) == 6
    assert opened["night"] < 0.1 * opened["day"]
    assert 0 < opened["sunday"] < 0.12 * (opened["day"] + opened["night"])


def test_people_answer_while_they_work():
    people = [
        found.occurred_at
        for found in _decoded(BUSINESS)
        if found.topic == "ticket-answered"
        and found.by == "agent"
        and found.action == "message"
        and found.channel == "web"
    ]
    assert people
    assert all(opening(at) == at for at in people)


@pytest.fixture(scope="module")
def month():
    return _decoded(MONTH)


def test_everything_that_kpis_need_happens(month):
    assert {found.topic for found in month} == set(INPUTS)
    acts = Counter(found.action for found in month if found.topic == "ticket-answered")
    wanted = {
        "message",
        "note",
        "assign",
        "transfer",
        "escalate",
        "wait",
        "resume",
        "resolve",
        "reopen",
        "merge",
        "void",
    }
    assert acts.keys() == wanted | {"reprioritise"}
    reasons = {found.revision_reason for found in month if found.topic == "order-entered"}
    assert reasons == {None, "entry_error", "customer_change", "cancelled_by_customer", "cancelled_by_supplier"}
    surveys = [found for found in month if found.topic == "survey-submitted"]
    assert {found.kind for found in surveys} == {"nps", "csat", "ces", "servqual", "review"}
    assert {found.scale for found in surveys} >= {"1:5", "1:10", "1:7", "yes_no", "five_level", "emoji", "stars"}
    assert {"hot", "cold"} == {found.timing for found in surveys}
    assert any(found.dismissed for found in surveys)
    assert any(not found.dismissed and not found.answered for found in surveys)


def test_shares_are_those_of_a_business(month):
    promised = {found.order_id: found.promised_at for found in month if found.topic == "order-entered"}
    late = [
        found.occurred_at > promised[found.order_id]
        for found in month
        if found.topic == "order-delivered" and found.final
    ]
    assert 0.04 < sum(late) / len(late) < 0.14
    csat = [
        found.score for found in month if found.topic == "survey-submitted" and found.scale == "1:5" and found.score
    ]
    assert 0.55 < sum(score >= 4 for score in csat) / len(csat) < 0.95
    opened = sum(found.topic == "ticket-opened" for found in month)
    reopened = sum(found.topic == "ticket-answered" and found.action == "reopen" for found in month)
    assert 0.01 < reopened / opened < 0.09


def test_a_case_is_told_in_order(month):
    stories = defaultdict(list)
    for found in month:
        stories[found.topic == "survey-submitted", found.subject].append(found)
    for story in stories.values():
        assert all(before.occurred_at <= after.occurred_at for before, after in pairwise(story))
        assert story[0].topic != "ticket-answered"


def test_memory_is_for_the_open_cases():
    """Three times six days: once the business is settled, memory stays as it is."""
    stream = timed(Random(1), Business(start=MONDAY, rate=0.02, steady=True), FAULTS)
    tracemalloc.start()
    try:
        held = []
        for _ in range(3):
            for _ in islice(stream, 10_000):
                pass
            held.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert held[2] < held[0] * 1.25
