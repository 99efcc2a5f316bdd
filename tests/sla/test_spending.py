"""Error budgets of rolling windows, from the decisions that the cells of policies hold."""

from msgspec.structs import replace

from streams.cases.conventions import DEFAULT
from streams.engine.terms import Terms
from streams.engine.whole import Whole
from streams.events.journal import Entry
from streams.sla.history import History
from streams.sla.loader import load
from streams.sla.spending import Spending
from streams.units import DAY, HOUR, MINUTE
from tests.make import opened

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


def test_a_window_without_a_decision_has_no_rate() -> None:
    spent = spending(DAY)
    assert {window for _, _, window, _ in spent.burning()} == {"2d", "3d", "30d"}
