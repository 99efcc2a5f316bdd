"""KPIs recomputed straight from the columns of Olist and ServiceNow files: plain Python, nothing of the product.

A share is a list of (instant of decision, whether met), a duration a list of (instant of its end, length), in ms UTC.
"""

import csv
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

Facts = dict[str, list[tuple[int, int]]]

SHARES = {"on_time_delivery", "order_confirmed", "answered_in_24h"}
_SAO_PAULO = ZoneInfo("America/Sao_Paulo")
_DAY = 86_400_000


def _ms(instant: datetime) -> int:
    return round((instant - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(milliseconds=1))


def _local(text: str) -> int | None:
    return _ms(datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=_SAO_PAULO)) if text else None


def olist(path: Path) -> Facts:
    """Orders of rows that have an order, a customer, a known status and a purchase."""
    facts: Facts = defaultdict(list)
    orders = [order for row in csv.DictReader(path.open(newline="")) if (order := _order(row))]
    watermark = max(time for order in orders for time in (order["bought"], order["got"], order["cancelled"]) if time)
    for order in orders:
        _order_facts(facts, watermark, **order)
    return facts


def _order(row: dict[str, str]) -> dict | None:
    try:
        bought = _local(row["order_purchase_timestamp"])
    except ValueError:
        return None
    if not bought or None in row.values() or not row["customer_id"] or row["order_status"] == "lost":
        return None
    got = _local(row["order_delivered_customer_date"])
    approved = _local(row["order_approved_at"])
    carried = _local(row["order_delivered_carrier_date"])
    estimated = row["order_estimated_delivery_date"]
    next_day = estimated and (datetime.fromisoformat(estimated) + timedelta(days=1)).strftime("%Y-%m-%d 00:00:00")
    ended = row["order_status"] in ("canceled", "unavailable")
    return {
        "bought": bought,
        "approved": approved,
        "got": got,
        "due": _local(next_day) - 1 if next_day else None,
        "cancelled": max(filter(None, (bought, approved, carried, got))) if ended else None,
        "by_customer": row["order_status"] == "canceled",
    }


def _order_facts(facts, watermark, *, bought, approved, got, due, cancelled, by_customer):
    facts["order_entry_time"].append((bought, 0))
    if got:
        facts["order_processing_time"].append((got, got - bought))
    if got and due and got > due:
        facts["delivery_delay"].append((got, got - due))
    if due and (decided := _on_time(got, due, cancelled, by_customer, watermark)):
        facts["on_time_delivery"].append(decided)
    minute = bought + 60_000
    withdrawn = cancelled and by_customer and cancelled <= minute and not (approved and approved <= cancelled)
    if not withdrawn and (approved or minute < watermark):
        facts["order_confirmed"].append((min(approved or minute, minute), bool(approved and approved <= minute)))


def _on_time(got, due, cancelled, by_customer, watermark):
    """Delivery and cancellation at the same instant: the delivery was not before it."""
    if cancelled and not (got and got < min(cancelled, due)):
        if by_customer and cancelled <= due:
            return None
        return (due, False) if by_customer else (min(cancelled, due), False)
    if got:
        return min(got, due), got <= due
    return (due, False) if due < watermark else None


def servicenow(path: Path) -> Facts:
    """Incidents of rows that can be read; those without a caller are none."""
    facts: Facts = defaultdict(list)
    incidents: dict[str, list[dict[str, str]]] = {}
    last = ""
    for row in csv.DictReader(path.open(newline="")):
        together = row["number"] == last or row["number"] not in incidents
        last = row["number"]
        if together and row["caller_id"] != "?" and row["priority"][0] in "1234" and _day_first(row["sys_updated_at"]):
            incidents.setdefault(row["number"], []).append(row)
    told = {number: _incident(rows) for number, rows in incidents.items()}
    watermark = max(max(times) for _, _, times in told.values())
    for opened, resolved, _ in told.values():
        facts["requests"].append((opened, 0))
        if resolved:
            facts["resolution_time_first"].append((resolved, resolved - opened))
        deadline = opened + _DAY
        if resolved or deadline < watermark:
            facts["answered_in_24h"].append(
                (min(resolved or deadline, deadline), bool(resolved and resolved <= deadline))
            )
    return facts


def _day_first(text: str) -> int | None:
    for pattern in ("%d-%m-%Y %H:%M", "%d/%m/%Y %H:%M"):
        try:
            return _ms(datetime.strptime(text, pattern).replace(tzinfo=UTC))
        except ValueError:
            pass
    return None


def _incident(rows: list[dict[str, str]]) -> tuple[int, int | None, list[int]]:
    """Opened, first resolved, and the instants of what changed.

    `resolved_at` holds the last resolution. It is the first one's too unless the incident was reopened before it; then
    the update to Resolved tells.
    """
    opened, final = _day_first(rows[0]["opened_at"]), _day_first(rows[0]["resolved_at"])
    update = next((_day_first(row["sys_updated_at"]) for row in rows if row["incident_state"] == "Resolved"), None)
    reopened = next((_day_first(row["sys_updated_at"]) for row in rows if row["reopen_count"] != "0"), None)
    first = final if update and final and not (reopened and final > reopened) else update
    changes = [
        _day_first(after["sys_updated_at"])
        for before, after in pairwise(rows)
        if after["incident_state"] != "Closed" and _differ(before, after)
    ]
    return opened, first, [opened, *changes, *filter(None, [first, final if update else None])]


def _differ(before: dict[str, str], after: dict[str, str]) -> bool:
    watched = ("reopen_count", "assignment_group", "assigned_to", "priority")
    waiting = [row["incident_state"] == "Awaiting User Info" for row in (before, after)]
    return waiting[0] != waiting[1] or any(after[name] not in ("?", before[name]) for name in watched)
