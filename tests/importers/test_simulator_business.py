"""The simulated business looks like one: what happens in it, and what follows from what."""

import os
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import datetime
from random import Random
from statistics import median
from typing import Any

import pytest

from streams.importers.simulator import Business, Sent, timed
from streams.importers.simulator_demand import pressure, weekday
from streams.importers.simulator_world import World
from streams.units import DAY, HOUR, MINUTE, to_ms

MONDAY = 1_767_571_200_000


def ms(text: str) -> int:
    return to_ms(datetime.fromisoformat(text))


def sent(**options: Any) -> list[Sent]:
    return list(timed(Random(5), Business(**{"start": MONDAY, **options})))


def values(records: list[Sent], topic: str) -> list[dict[str, Any]]:
    return [record.value for record in records if record.topic == topic]


@pytest.fixture(scope="module")
def months() -> list[Sent]:
    """Two months of a small business with 300 customers."""
    return sent(rate=0.02, duration=60 * DAY, steady=True, customers=300)


def test_tickets_go_astray_are_held_escalated_and_cost_money(months: list[Sent]) -> None:
    acts = values(months, "ticket-answered")
    assert any(act.get("misrouted") for act in acts)
    assert any(act["action"] == "transfer" and not act.get("misrouted") for act in acts)
    assert any(len(act.get("hold_seconds", ())) > 1 for act in acts)
    assert {act["by"] for act in acts if act["action"] == "escalate"} == {"agent", "system"}
    assert {cost["kind"] for act in acts for cost in act.get("costs", ())} == {"communication", "labour", "assets"}
    assert {act["resolution_method"] for act in acts if "settled_value" in act} == {"refund", "replacement"}


def test_a_merge_is_into_another_ticket_of_the_same_customer(months: list[Sent]) -> None:
    opened = {ticket["ticket_id"]: ticket for ticket in values(months, "ticket-opened")}
    merges = [act for act in values(months, "ticket-answered") if act["action"] == "merge"]
    assert len(merges) > 20
    for act in merges:
        assert act["into_ticket"] != act["ticket_id"]
        assert opened[act["into_ticket"]]["customer_id"] == act["customer_id"]


def test_invoices_and_notices_are_wrong_at_times(months: list[Sent]) -> None:
    ordered = {order["order_id"]: order for order in values(months, "order-entered")}
    deliveries = values(months, "order-delivered")
    wrong: Counter[str] = Counter()
    for delivery in deliveries:
        order = ordered[delivery["order_id"]]
        goods = {line["sku"]: line for line in order["lines"]}
        for line in delivery["invoice"]["lines"]:
            wrong["price"] += line["unit_price"] != goods[line["sku"]]["unit_price"]
            wrong["quantity"] += line["quantity"] > goods[line["sku"]]["quantity"]
        for notice in delivery["notices"]:
            late = ms(delivery["occurred_at"]) > ms(order["promised_at"])
            wrong["delayed"] += notice["kind"] == "delayed" and not late
            wrong["confirmed"] += notice["kind"] == "confirmed" and "confirmed_at" not in order
            expected = notice.get("expected_at")
            wrong["expected"] += bool(expected) and abs(ms(expected) - ms(delivery["occurred_at"])) > 12 * HOUR
    assert min(wrong.values()) > 0
    assert max(wrong["price"], wrong["quantity"], wrong["delayed"], wrong["confirmed"]) < 0.05 * len(deliveries)


def test_surveys_have_both_wordings_weights_gaps_and_second_thoughts(months: list[Sent]) -> None:
    surveys = values(months, "survey-submitted")
    servqual = [survey["servqual"] for survey in surveys if "servqual" in survey]
    assert {answer["instrument"] for answer in servqual} == {"servqual-1988", "servqual-1991"}
    assert {sum(answer["weights"].values()) for answer in servqual if "weights" in answer} == {100}
    assert any(None in answer["perceptions"] for answer in servqual)
    reviews = Counter(survey["survey_id"] for survey in surveys if survey["kind"] == "review")
    assert {1, 2} == set(reviews.values())


def test_late_orders_make_tickets(months: list[Sent]) -> None:
    promised = {order["order_id"]: ms(order["promised_at"]) for order in values(months, "order-entered")}
    late = {d["order_id"]: ms(d["occurred_at"]) > promised[d["order_id"]] for d in values(months, "order-delivered")}
    asked = {ticket.get("order_id") for ticket in values(months, "ticket-opened")}
    share = {was: [order in asked for order, found in late.items() if found is was] for was in (True, False)}
    assert sum(share[True]) / len(share[True]) > 4 * sum(share[False]) / len(share[False])


def test_who_was_let_down_orders_less(months: list[Sent]) -> None:
    """Orders within three days after a customer's delivery, against what the customer's number makes us expect."""
    entered: defaultdict[str, list[int]] = defaultdict(list)
    promised: dict[str, int] = {}
    for order in values(months, "order-entered"):
        if "revision" not in order:
            entered[order["customer_id"]].append(ms(order["placed_at"]))
            promised[order["order_id"]] = ms(order["promised_at"])
    hoped, came = Counter[bool](), Counter[bool]()
    for delivery in values(months, "order-delivered"):
        at, customer = ms(delivery["occurred_at"]), delivery["customer_id"]
        late = at > promised[delivery["order_id"]]
        came[late] += sum(at < placed <= at + 3 * DAY for placed in entered[customer])
        hoped[late] += 1 / (2 * (300 * (int(customer.rpartition("-")[2]) + 0.5)) ** 0.5)  # type: ignore[assignment]
    assert came[True] / hoped[True] < 0.9 * came[False] / hoped[False]


def test_a_grudge_keeps_a_customer_away_until_it_is_forgiven() -> None:
    world = World(Random(1), MONDAY, 1e-4, customers=4)

    def orders() -> int:
        return sum(world.buyer().number == 0 for _ in range(4_000))

    usual, first = orders(), next(c for c in iter(world.customer, None) if c.number == 0)
    world.annoy(first, 0.8)
    angry = orders()
    world.please(first)
    assert angry < 0.45 * usual
    assert angry < orders() < usual


def mondays() -> tuple[int, int]:
    """A quiet Monday, and one in the busiest time of all."""
    days = [MONDAY + n * DAY for n in range(365) if weekday(MONDAY + n * DAY) == 0]
    return min(days, key=pressure), max(days, key=pressure)


def wait(monday: int) -> float:
    """Median wait for the first answer to what was written on a Monday between nine and three, in minutes."""
    asked: dict[str, int] = {}
    waits = []
    for record in sent(start=monday - DAY, rate=0.3, duration=3 * DAY):
        value, at = record.value, record.at
        written = record.topic == "ticket-opened" and value["channel"] in ("email", "web")
        answered = value.get("action") == "message" and value["by"] == "agent" and value["ticket_id"] in asked
        if written and monday + 9 * HOUR <= at < monday + 15 * HOUR and value["priority"] == "normal":
            asked[value["ticket_id"]] = at
        elif answered:
            waits.append((at - asked.pop(value["ticket_id"])) / MINUTE)
    assert len(waits) > 200
    return median(waits)


def test_answers_take_longer_where_more_comes_than_can_be_done() -> None:
    quiet, busy = mondays()
    assert wait(busy) > 1.5 * wait(quiet)


def peak(events: int) -> int:
    """Greatest memory of a run, in KiB."""
    options = ("--events", str(events), "--rate", "0.02", "--steady", "--late", "0.05", "--doubled", "0.05")
    command = [sys.executable, "-m", "streams", "simulate", *options]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_maxrss


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="the system tells nothing of a child's memory")
def test_six_times_the_events_take_the_same_memory() -> None:
    assert peak(90_000) < 1.1 * peak(15_000)
