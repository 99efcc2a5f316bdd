"""Records of obligations: what a transition tells, under one id for ever."""

import orjson
import pytest

from streams.cases.case import Case
from streams.cases.findings import Findings, Obligation, Outcome, Warned
from streams.engine.flush import Caution, Transition
from streams.engine.telling import transitions
from streams.exports import sla
from streams.sla.history import Edition, History
from streams.sla.loader import load
from streams.units import HOUR

OPEN, MET, BREACHED, VOID = Outcome.OPEN, Outcome.MET, Outcome.BREACHED, Outcome.VOID


def transition(was: Outcome | None, now: Outcome, *, cycle: int = 1, ref: str = "ticket:2:c1:t1") -> Transition:
    decided = {OPEN: None, VOID: None, MET: HOUR, BREACHED: 2 * HOUR}[now]
    return Transition(ref, Obligation("answered_in_24h", 0, 2 * HOUR, now, decided, cycle), was)


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        (None, MET, ["sla-met"]),
        (OPEN, MET, ["sla-met"]),
        (OPEN, BREACHED, ["sla-breached"]),
        (None, VOID, []),
        (OPEN, VOID, []),
        (MET, OPEN, []),
        (BREACHED, MET, ["sla-breach-retracted", "sla-met"]),
        (BREACHED, VOID, ["sla-breach-retracted"]),
        (BREACHED, OPEN, ["sla-breach-retracted"]),
        (BREACHED, BREACHED, ["sla-breached"]),
        (MET, BREACHED, ["sla-breached"]),
    ],
)
def test_what_a_transition_tells(was: Outcome | None, now: Outcome, told: list[str]) -> None:
    assert sla.kinds(transition(was, now)) == told


def test_ids_are_the_same_for_ever_and_for_no_other_obligation() -> None:
    """Subscribers keep them: the first is a fixed point of the format."""
    assert sla.obligation_id("ticket:2:c1:t1", "answered_in_24h", 1) == FIXED
    refs: list[tuple[str, str, int] | tuple[str, str, int, int]] = [
        ("ticket:2:c1:t1", "answered_in_24h", 2),
        ("ticket:2:c1:t2", "answered_in_24h", 1),
        ("ticket:2:c1:t1", "other", 1),
        ("ticket:2:c1:t1", "answered_in_24h", 1, 2),
    ]
    assert len({FIXED, *(sla.obligation_id(*ref) for ref in refs)}) == 5


FIXED = "c5bb5d9f-4c23-5e30-9d31-27b1889dd6e8"


def test_an_event_tells_the_case_and_its_times() -> None:
    key, value, headers = sla.event("sla-breached", transition(OPEN, BREACHED, cycle=2))
    identity = sla.obligation_id("ticket:2:c1:t1", "answered_in_24h", 2)
    assert key == identity.encode()
    assert orjson.loads(value) == {
        "obligation_id": identity,
        "clock": "answered_in_24h",
        "policy": "default",
        "customer_id": "c1",
        "ticket_id": "t1",
        "cycle": 2,
        "started_at": "1970-01-01T00:00:00Z",
        "deadline": "1970-01-01T02:00:00Z",
        "decided_at": "1970-01-01T02:00:00Z",
        "target_seconds": 7_200.0,
    }
    found = dict(headers)
    assert (found["ce_type"], found["ce_subject"]) == (b"crm.sla-breached", identity.encode())
    assert found["ce_id"] == f"{identity}/sla-breached".encode()
    assert found["ce_time"] == b"1970-01-01T02:00:00Z"


def test_an_orders_event_names_the_order() -> None:
    _, value, _ = sla.event("sla-met", transition(OPEN, MET, ref="order:4:c:1x:o#1"))
    told = orjson.loads(value)
    assert (told["customer_id"], told["order_id"]) == ("c:1x", "o#1")


def test_breaches_stand_until_they_are_retracted() -> None:
    breached, retracted = sla.breach(transition(OPEN, BREACHED)), sla.breach(transition(BREACHED, MET))
    assert breached is not None
    assert retracted is not None
    assert breached[0] == retracted[0]
    assert (breached[1] is None, retracted[1] is None) == (False, True)
    assert sla.breach(transition(OPEN, MET)) is None


def test_a_trace_is_carried_on() -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    breached = sla.breach(transition(OPEN, BREACHED), trace)
    assert breached is not None
    assert dict(sla.event("sla-met", transition(OPEN, MET), trace)[2])["traceparent"] == trace.encode()
    assert dict(breached[2])["traceparent"] == trace.encode()
    assert "traceparent" not in dict(sla.event("sla-met", transition(OPEN, MET))[2])


def test_what_is_told_again_after_it_was_taken_back_has_another_id() -> None:
    """Breached, taken back by late truth, breached once more when that was not true either."""
    case = Case()
    told: list[str] = []
    for outcome, at in ((BREACHED, 2 * HOUR), (MET, HOUR), (BREACHED, 2 * HOUR), (BREACHED, 3 * HOUR)):
        new = Findings(obligations=[Obligation("resolution", 0, 2 * HOUR, outcome, at)])
        for one in transitions("ticket:2:c1:t1", case, new, None):
            told += [dict(sla.event(kind, one)[2])["ce_id"].decode().partition("/")[2] for kind in sla.kinds(one)]
        case.findings = new
    assert told == ["sla-breached", "sla-breach-retracted", "sla-met", "sla-breached/2", "sla-breached/3"]


def test_a_warning_tells_its_share_and_when_it_was_due_then() -> None:
    obligation = Obligation("resolution", 0, 9 * HOUR, OPEN, policy="gold", target=4 * HOUR)
    caution = Caution("ticket:2:c1:t1", Warned(obligation, 75, 3 * HOUR, 4 * HOUR))
    key, value, heads = sla.warning(caution)
    data = orjson.loads(value)
    assert (data["share"], data["warned_at"], data["decided_at"]) == (0.75, "1970-01-01T03:00:00Z", None)
    assert (data["deadline"], data["target_seconds"], data["policy"]) == ("1970-01-01T04:00:00Z", 14400.0, "gold")
    assert dict(heads)["ce_id"] == key + b"/sla-warning/75"
    assert dict(heads)["ce_type"] == b"crm.sla-warning"


def test_decisions_of_orders_count_where_the_policy_in_force_names_the_clock() -> None:
    text = '[[policies]]\nname = "web"\nmatch = {{ channel = "web" }}\n{}[[policies]]\nname = "rest"\n'
    later = Edition(10, load(text.format("")))
    policies = History(load(text.format("on_time_delivery = {}\n")), [later])
    made = [
        Obligation(clock, 0, 20, BREACHED, at, policy=policy)
        for clock, at, policy in (
            ("on_time_delivery", 9, "web"),
            ("on_time_delivery", 9, "rest"),
            ("order_confirmed", 9, "web"),
            ("on_time_delivery", 10, "web"),
        )
    ]
    moved = [Transition("order:2:c1:o1", one, None) for one in made]
    assert list(sla.decisions(moved, policies)) == [("web", "on_time_delivery", "breached")]
    assert list(sla.decisions(moved)) == []


def test_decisions_count_by_policy_clock_and_outcome() -> None:
    kept = Transition("ticket:2:c1:t1", Obligation("resolution", 0, 9, MET, 3, policy="gold"), BREACHED)
    other = Transition("ticket:2:c1:t1", Obligation("answered_in_24h", 0, 9, MET, 3), None)
    assert list(sla.decisions([kept, other])) == [
        ("gold", "resolution", "retracted"),
        ("gold", "resolution", "met"),
    ]
