"""Error budgets of rolling windows, from the decisions that the cells of policies hold."""

from msgspec.structs import replace

from streams.cases.conventions import DEFAULT
from streams.engine.rollup import only
from streams.engine.terms import Terms
from streams.engine.whole import Whole
from streams.events.journal import Entry
from streams.kpis.budgets import BUDGETS
from streams.sla.history import History
from streams.sla.loader import load
from streams.sla.spending import Spending
from streams.units import DAY, HOUR, MINUTE
from tests.make import delivered, entered, opened

POLICIES = History(
    load("""
[[policies]]
name = "mail"
match = { channel = "email" }
objective = { share = 0.9, over = "2d" }
first_response = { target = "1h" }
[[policies]]
name = "rest"
first_response = { target = "30d" }
""")
)


def spending(now: int) -> Spending:
    """Five tickets by mail, one an hour, and one by chat; nobody answers."""
    whole = Whole(Terms(conventions=replace(DEFAULT, policies=POLICIES)))
    channels = ["email"] * 5 + ["chat"]
    tickets = [
        opened(hour * HOUR, event_id=f"e{hour}", ticket_id=f"t{hour}", channel=channel)
        for hour, channel in enumerate(channels)
    ]
    whole.absorb(Entry(ticket, 0, number) for number, ticket in enumerate(tickets))
    list(whole.values(now))
    spent = Spending(HOUR, POLICIES)
    for (scope, pane), vector in whole.partition.cells.changed():
        spent.add(scope, pane, vector)
    spent.advance(now)
    return spent


def test_nothing_but_breaches_burns_as_fast_as_it_can() -> None:
    """Breached at 1, 2, 3, 4 and 5 o'clock; 10 % may be: burn rate 10, and 9 budgets overspent."""
    spent = spending(5 * HOUR + MINUTE)
    assert {(policy, clock, window): round(rate, 9) for policy, clock, window, rate in spent.burning()} == {
        ("mail", "first_response", window): 10.0 for window in ("1h", "6h", "2d", "3d", "30d")
    }
    assert [(policy, clock, round(left, 9)) for policy, clock, left in spent.left()] == [("mail", "first_response", -9)]


NAMED = """
[[policies]]
name = "shop"
match = { channel = "web" }
objective = { share = 0.9, over = "2d" }
order_confirmed = {}
on_time_delivery = {}
attention = { target = "1h" }
[[policies]]
name = "rest"
on_time_delivery = { objective = { share = 0.5, over = "3d" } }
"""
SILENT = '[[policies]]\nname = "shop"\nmatch = { channel = "web" }\n[[policies]]\nname = "rest"\n'


def whole_of(text: str | None) -> Whole:
    """Two orders by web, one confirmed and late, one delivered and not confirmed; one by phone, late; and a ticket."""
    events = [
        entered(0, order_id="o1", channel="web", promised_at=HOUR, confirmed_at=1),
        entered(0, order_id="o2", channel="web", promised_at=HOUR),
        delivered(HOUR, order_id="o2"),
        entered(0, order_id="o3", channel="phone", promised_at=HOUR),
        opened(0, channel="web", assigned_to="ann"),
    ]
    policies = None if text is None else History(load(text))
    whole = Whole(Terms(conventions=replace(DEFAULT, policies=policies)))
    whole.absorb(map(Entry, events))
    return whole


def test_orders_have_budgets_by_the_policies_that_name_their_clocks() -> None:
    """Of each of shop's clocks for orders one of two was broken, five times what 90 % allow; rest names one clock."""
    whole, spent = whole_of(NAMED), Spending(HOUR, History(load(NAMED)))
    assert list(whole.values(DAY))
    for (scope, pane), vector in whole.partition.cells.changed():
        spent.add(scope, pane, vector)
    spent.advance(DAY)
    assert {(policy, clock): round(left, 9) for policy, clock, left in spent.left()} == {
        ("shop", "order_confirmed"): -4,
        ("shop", "on_time_delivery"): -4,
        ("shop", "attention"): -9,
        ("rest", "on_time_delivery"): -1,
    }
    assert {round(rate, 9) for policy, clock, size, rate in spent.burning() if clock == "order_confirmed"} == {5}


def test_budgets_of_orders_change_no_value_and_leave_no_trace_where_none_is_asked_for() -> None:
    asked, unasked, bare = (whole_of(text) for text in (NAMED, SILENT, None))
    told, want = ({key: reading for key, _, reading in whole.values(DAY)} for whole in (asked, unasked))
    assert "on_time_delivery" in {key.kpi for key in told}
    assert told == want
    assert list(bare.values(DAY))
    codes = {one.source.code for one in BUDGETS.values()}
    counted = [
        any(only(vector, codes) for _, vector in whole.partition.cells.changed()) for whole in (asked, unasked, bare)
    ]
    assert counted == [True, False, False]


def test_a_window_without_a_decision_has_no_rate() -> None:
    spent = spending(DAY)
    assert {window for _, _, window, _ in spent.burning()} == {"2d", "3d", "30d"}
