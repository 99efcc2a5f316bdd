"""A naive, list-based computation of the KPIs, from the specification alone: the independent truth of the tests.

It shares no code with the product. `compute` turns valid input lines into the kpi-values records that they imply, as
far as these are functions of the events; `compare` says in words where other records differ.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.oracle_cases import all_samples
from tests.oracle_costs import cost_totals
from tests.oracle_customers import customer_samples, customer_totals, customers_of
from tests.oracle_events import Line, Sample, distinct
from tests.oracle_numbers import adjusted_wald, nearest_rank, text, wilson, window
from tests.oracle_seasons import seasons
from tests.oracle_surveys import DIMENSIONS

Record = dict[str, Any]


@dataclass(frozen=True)
class Kpi:
    """What the catalogue says of a KPI: how its samples become a value, its scopes beside `all`, its target.

    Open: the targets of response and resolution times are taken to be for calendar time, none for business time.
    """

    kind: str
    by: tuple[str, ...]
    target: dict[str, float] | None = None


ORDER, PLACE = ("channel", "region", "agent"), ("channel", "region")
ANSWER, RESOLVED = ("channel", "department", "priority", "agent"), ("channel", "department", "category")
SERVICE = (*RESOLVED, "agent")
SPENT = ("kind", "channel", "department")
KPIS = {
    "order_entry_time": Kpi("duration", ORDER, {"at_most": 300}),
    "order_processing_time": Kpi("duration", PLACE, {"at_most": 5 * 86_400}),
    "order_entry_accuracy": Kpi("share", ORDER, {"at_least": 0.98}),
    "first_time_fill_unit": Kpi("share", PLACE, {"at_least": 0.95}),
    "first_time_fill_line": Kpi("share", PLACE),
    "first_time_fill_order": Kpi("share", PLACE),
    "on_time_delivery": Kpi("share", PLACE, {"at_least": 0.95}),
    "delivery_delay": Kpi("duration", PLACE),
    "order_confirmed": Kpi("share", ("channel", "agent"), {"at_least": 0.95}),
    "invoice_accuracy": Kpi("share", PLACE, {"at_least": 0.98}),
    "status_accuracy": Kpi("share", PLACE, {"at_least": 0.95}),
    "perfect_order": Kpi("share", PLACE, {"at_least": 0.9}),
    "orders_per_labour_hour": Kpi("per_hour", ("channel", "agent"), {"at_least": 12}),
    "basket": Kpi("mean", PLACE),
    "basket_items": Kpi("mean", PLACE),
    "basket_ratio": Kpi("trend", PLACE, {"at_least": 1}),
    # Open: the target of all cancellations is taken not to be one for those of either side.
    "cancellations": Kpi("share", ("channel",), {"at_most": 0.02}),
    "cancellations_customer": Kpi("share", ("channel",)),
    "cancellations_supplier": Kpi("share", ("channel",)),
    "effort_screens": Kpi("mean", ("channel",)),
    "effort_clicks": Kpi("mean", ("channel",)),
    "requests": Kpi("count", ("channel", "department", "category", "campaign")),
    "first_response_time": Kpi("duration", ANSWER, {"at_most": 14_400}),
    "first_response_time_business": Kpi("duration", ANSWER),
    "answered_in_24h": Kpi("share", ("channel", "department", "priority"), {"at_least": 0.95}),
    "resolution_time_first": Kpi("duration", RESOLVED, {"at_most": 2 * 86_400}),
    "resolution_time_full": Kpi("duration", RESOLVED, {"at_most": 2 * 86_400}),
    "resolution_time_first_business": Kpi("duration", RESOLVED),
    "resolution_time_full_business": Kpi("duration", RESOLVED),
    "service_time": Kpi("duration", SERVICE),
    "service_time_ratio": Kpi("trend", SERVICE, {"at_most": 1}),
    "misrouted_wait": Kpi("duration", ("department", "channel")),
    "misrouted_share": Kpi("share", ("department", "channel"), {"at_most": 0.05}),
    "next_response_time": Kpi("duration", ("channel", "department")),
    "review_response_time": Kpi("duration", ("channel",)),
    "review_answered": Kpi("share", ("channel",), {"at_least": 0.9}),
    "resolved_in_2_days": Kpi("share", ("channel", "department"), {"at_least": 0.9}),
    **{
        f"sla_{clock}": Kpi("share", ("policy", "channel", "department", "priority"))
        for clock in ("first_response", "next_response", "resolution", "assignment")
    },
    "closed_by_agent": Kpi("count", ("agent", "department")),
    "resolution_method": Kpi("category", ("method",)),
    "exchanges": Kpi("mean", RESOLVED, {"at_most": 3}),
    "exchanges_turns": Kpi("mean", RESOLVED),
    "first_contact_resolution": Kpi("share", ("channel", "department", "agent"), {"at_least": 0.7}),
    "escalation_rate": Kpi("share", ("channel", "department"), {"at_most": 0.1}),
    "escalation_rate_functional": Kpi("share", ("channel", "department")),
    "escalation_rate_sla": Kpi("share", ("channel", "department")),
    "reopen_rate": Kpi("share", ("department", "agent"), {"at_most": 0.05}),
    "settled_value": Kpi("sum", ("department", "method")),
    "settled_value_mean": Kpi("mean", ("department", "method")),
    "hold_time": Kpi("duration", ("channel", "department"), {"at_most": 60}),
    "hold_time_request": Kpi("duration", ("channel", "department")),
    "effort_handling": Kpi("mean", ("channel",)),
    "reassignments": Kpi("count", ("department",)),
    "reassignment_share": Kpi("share", ("department",)),
    "waiting": Kpi("count", ("department", "priority", "channel")),
    "csat": Kpi("share", ("timing", "channel", "department", "agent")),
    **{f"nps_{timing}": Kpi("score", ORDER, {"at_least": 30}) for timing in ("hot", "cold")},
    **{
        f"nps_{t}_{group}": Kpi("share", ORDER)
        for t in ("hot", "cold")
        for group in ("promoters", "passives", "detractors")
    },
    "requests_ratio": Kpi("seasonal", ("channel", "department", "category", "campaign")),
    "campaign_lift": Kpi("seasonal", ("campaign",)),
    "ces": Kpi("mean", ("channel",)),
    "ces_share": Kpi("share", ("channel",)),
    # Open: the target of a row with several ids in one unit is taken to be for each of them.
    **{f"servqual{part}": Kpi("mean", ("channel",), {"at_least": 0}) for part in ("", "_weighted")},
    **{f"servqual_{dimension}": Kpi("mean", ("channel",), {"at_least": 0}) for dimension in DIMENSIONS},
    "review_score": Kpi("mean", ("channel",), {"at_least": 4}),
    "review_score_bayesian": Kpi("bayesian", ("channel",), {"at_least": 4}),
    "survey_response": Kpi("share", ("channel",)),
    "proactive_notices": Kpi("share", ("channel",), {"at_least": 0.9}),
    "orders_per_customer": Kpi("quotient", ("channel",)),
    "dissatisfied_customers": Kpi("share", ("channel", "region"), {"at_most": 0.01}),
    # Numerators of retention count customers whom the denominator does not: no interval [R42].
    "retention": Kpi("ratio", ("region",), {"at_least": 0.85}),
    "retention_recurring": Kpi("ratio", ("region",)),
    "retention_both": Kpi("share", ("region",)),
    "repeat_share": Kpi("share", ("region",)),
    "channel_preference": Kpi("share", ("channel",)),
    "response_cost": Kpi("figure", SPENT),
    # Open: a response is what profitable_responses has as one. Costs of a kind are for all responses, orders, revenue.
    **{f"response_cost_per_{what}": Kpi("figure", SPENT) for what in ("response", "order", "1000")},
    "profitable_responses": Kpi("share", ("channel",)),
    "profitable_customers": Kpi("share", ("region",)),
    "contact_rate": Kpi("ratio", ("channel",)),
    "contact_rate_late": Kpi("share", ("channel",)),
    "contact_rate_on_time": Kpi("share", ("channel",)),
}


DIGITS = {"JPY": 0, "KWD": 3}
"""Decimals of the minor unit, of currencies that have not two."""
TRENDS = {"service_time": "service_time_ratio", "basket": "basket_ratio"}
"""Which KPI compares the mean of another with that of the window before."""


def compute(
    lines: Iterable[Line],
    *,
    tz: str = "UTC",
    now: int | None = None,
    min_n: int = 20,
    windows: Sequence[str] = ("1h", "1d", "1w", "1mo", "now"),
    currency: str = "EUR",
    tolerance: int = 12 * 3_600_000,
    kpis: Iterable[str] | None = None,
) -> list[Record]:
    """The kpi-values records that `lines` imply, sorted; `now` (ms) moves the watermark, `kpis` chooses some.

    `tolerance`, in ms, is that of R20.
    """
    events = distinct(lines)
    if not events:
        return []
    # Open: a conflicting duplicate that lost is not accepted, so it does not move the watermark [R1, R50].
    watermark = max(event.at for event in events) if now is None else now
    wanted = set(KPIS if kpis is None else kpis)
    customers = customers_of(events)
    own = all_samples(events, watermark, DIGITS.get(currency, 2), tolerance)
    groups = grouped([*own, *customer_samples(customers, watermark)], windows, tz)
    sizes = [size for size in windows if size != "now"]
    for place, totals in customer_totals(customers, watermark, sizes, tz):
        groups[place].append(totals)
    for place, total_of in cost_totals(events, DIGITS.get(currency, 2), sizes, tz):
        groups[place].append(total_of)
    dated = "1mo" in windows  # Open: days of the month are compared where months are kept
    records = [one for key, amounts in groups.items() for one in readings(key, amounts, groups, min_n, tz, dated)]
    return sorted((record for record in records if record["kpi"] in wanted), key=identity)


# Windows, scopes, values

Place = tuple[str, str, str, str, int, int]
"""(kpi, scope, the scope's value, window size, start, end)"""


def grouped(samples: Iterable[Sample], windows: Sequence[str], tz: str) -> dict[Place, list[Any]]:
    """Every sample's amount in every window and scope that it belongs to."""
    groups: dict[Place, list[Any]] = defaultdict(list)
    for sample in samples:
        scopes = [("all", "")] + [(name, sample.dims[name]) for name in KPIS[sample.kpi].by]
        for size in windows:
            if (size == "now") != (sample.kpi == "waiting"):
                continue  # what is open is told of now, and nothing else is
            for scope, value in scopes:
                groups[(sample.kpi, scope, value, size, *window(sample.at, size, tz))].append(sample.amount)
    return groups


def readings(  # noqa: PLR0917
    place: Place, amounts: list[Any], groups: dict[Place, list[Any]], min_n: int, tz: str, dated: bool
) -> Iterator[Record]:
    """The record of one KPI, scope and window; where there is one, the ratio to the window before, too."""
    kpi, scope, _, size, start, _ = place
    if KPIS[kpi].kind == "category":  # one record per value, with the denominator of all of them [R47]
        total = len(groups[(kpi, "all", "", *place[3:])])
        if scope != "all":
            yield record(place, share([(len(amounts), total)]), min_n, tz)
        return
    if kpi == "closed_by_agent":
        beside = [companion(name, groups.get((name, *place[1:]), []), min_n) for name in ("csat", "reopen_rate")]
        yield record(place, count(amounts) | {"beside": beside}, min_n, tz)
        return
    if KPIS[kpi].kind != "per_hour" or any(amount[1] for amount in amounts):
        yield record(place, READ[KPIS[kpi].kind](amounts), min_n, tz)
    if kpi == "requests":
        yield from (record(found, reading, min_n, tz) for found, reading in seasons(place, groups, tz, dated))
    if kpi in TRENDS:
        before = groups.get((kpi, *place[1:4], *window(start - 1, size, tz)), [])
        # Open: no value where a window has no sample, nor where the mean before is 0.
        if sum(before) != 0:
            ratio = float((sum(amounts) / len(amounts)) / (sum(before) / len(before)))
            trend = {"value": ratio, "numerator": None, "denominator": len(amounts), "interval": None}
            yield record((TRENDS[kpi], *place[1:]), trend, min_n, tz)


def companion(kpi: str, amounts: list[tuple[int, int]], min_n: int) -> Record:
    """What is always shown with another value; nothing of nothing."""
    found = share(amounts) if amounts else dict.fromkeys(("value", "numerator", "denominator"))
    told = {name: found[name] for name in ("value", "numerator", "denominator")}
    return {"kpi": kpi, **told, "low_sample": (found["denominator"] or 0) < min_n}


def record(place: Place, reading: Record, min_n: int, tz: str) -> Record:
    """A kpi-values record, as far as the events fix it."""
    kpi, scope, value, size, start, end = place
    n = reading["stats"]["count"] if "stats" in reading else reading["denominator"]
    return {
        "kpi": kpi,
        "scope": scope,
        "labels": {} if scope == "all" else {scope: value},
        "window": {"size": size, "start": text(start), "end": text(end), "tz": tz},
        **reading,
        "low_sample": n < min_n,
        **judged(KPIS[kpi].target, reading["value"]),
    }


def judged(target: dict[str, float] | None, value: float) -> Record:
    """Target and whether it is met; csat has two bands and no single target, so it is left out."""
    if target is None:
        return {}
    met = value <= target["at_most"] if "at_most" in target else value >= target["at_least"]
    return {"target": target, "met": met}


def duration(amounts: list[int]) -> Record:
    """Nearest-rank quantiles in seconds; the value is p90."""
    seconds = [amount / 1000 for amount in amounts]
    total = sum(amounts) / 1000
    stats = {"count": len(seconds), "sum": total, "mean": total / len(seconds)}
    stats |= {f"p{percent}": nearest_rank(seconds, percent) for percent in (50, 90, 95, 99)} | {"max": max(seconds)}
    reading = {"value": stats["p90"], "unit": "seconds", "stat": "p90", "stats": stats}
    return reading | {"numerator": None, "denominator": None, "interval": None}


def share(amounts: list[tuple[int, int]]) -> Record:
    """Σ numerator / Σ denominator, from 0 to 1, with its Wilson interval."""
    numerator, denominator = sum(amount[0] for amount in amounts), sum(amount[1] for amount in amounts)
    interval = bounds(wilson(numerator, denominator))
    return {
        "value": numerator / denominator,
        "numerator": numerator,
        "denominator": denominator,
        "interval": interval,
    }


def count(amounts: list[int]) -> Record:
    """How many."""
    return {"value": len(amounts), "numerator": None, "denominator": len(amounts), "interval": None}


def score(amounts: list[int]) -> Record:
    """100 × (promoters − detractors) / answered, in points, with its adjusted-Wald interval."""
    n, net = len(amounts), sum(amounts)
    interval = bounds(adjusted_wald(amounts.count(1), amounts.count(-1), n))
    return {"value": 100 * net / n, "numerator": net, "denominator": n, "interval": interval}


def mean(amounts: list[Any]) -> Record:
    """The mean of exact amounts."""
    n = len(amounts)
    return {"value": float(sum(amounts) / n), "numerator": None, "denominator": n, "interval": None}


def total(amounts: list[Any]) -> Record:
    """The sum of exact amounts."""
    return mean(amounts) | {"value": float(sum(amounts))}


def bayesian(amounts: list[Any]) -> Record:
    """The mean with seven amounts of 3.5 on top."""
    return mean(amounts) | {"value": float((7 * 3.5 + float(sum(amounts))) / (7 + len(amounts)))}


def ratio(amounts: list[tuple[int, int]]) -> Record:
    """Σ numerator / Σ denominator, where the one does not count a subset of the other: it may be above 1."""
    numerator, denominator = (sum(part) for part in zip(*amounts, strict=True))
    return {
        "value": numerator / denominator,
        "numerator": numerator,
        "denominator": denominator,
        "interval": None,
    }


def quotient(amounts: list[tuple[int, int]]) -> Record:
    """The same, called a mean: whether its record carries a numerator is not fixed by the specification."""
    return {name: value for name, value in ratio(amounts).items() if name != "numerator"}


def figure(amounts: list[tuple[Any, int]]) -> Record:
    """A value that is worked out already, and its denominator."""
    ((value, n),) = amounts
    return {"value": float(value), "numerator": None, "denominator": n, "interval": None}


def per_hour(amounts: list[tuple[int, Any]]) -> Record:
    """Orders for each hour of labour; without any labour there is no value [R23].

    Open: which numerator and denominator its record carries.
    """
    orders, hours = (sum(part) for part in zip(*amounts, strict=True))
    return {"value": float(orders / hours), "denominator": sum(1 for amount in amounts if amount[1]), "interval": None}


def bounds(ends: tuple[float, float]) -> Record:
    """An interval as a record carries it; the method's name is not fixed by the specification."""
    return {"low": ends[0], "high": ends[1], "level": 0.95}


READ: dict[str, Callable[[list[Any]], Record]] = {
    "duration": duration,
    "share": share,
    "count": count,
    "score": score,
    "mean": mean,
    "sum": total,
    "bayesian": bayesian,
    "ratio": ratio,
    "quotient": quotient,
    "figure": figure,
    "per_hour": per_hour,
}


# Comparison


def identity(record: Record) -> tuple[str, ...]:
    """What makes a record one of its kind."""
    labels = json.dumps(record["labels"], sort_keys=True, ensure_ascii=False)
    return record["kpi"], record["scope"], labels, record["window"]["size"], record["window"]["start"]


def compare(expected: list[Record], actual: list[Record], *, kpis: Iterable[str] | None = None) -> list[str]:
    """Where `actual` differs from `expected`, in words; fields and KPIs that the oracle does not know are left alone.

    Quantiles, maxima and so the value of durations may be off by 1 %, other floats by 1e-9, the rest not at all.
    """
    wanted = set(KPIS if kpis is None else kpis)
    actual = [record for record in actual if record["kpi"] in wanted]
    want, have = ({identity(record): record for record in records} for records in (expected, actual))
    times = Counter(identity(record) for record in actual)
    faults = [f"doubled: {name}" for name in times if times[name] > 1]
    faults += [f"missing: {name}" for name in want if name not in have]
    faults += [f"extra: {name} = {have[name].get('value')}" for name in have if name not in want]
    for name in want:
        if name in have:
            faults += [f"{' '.join(name)}: {fault}" for fault in differences(want[name], have[name])]
    return faults


def differences(want: Record, have: Record, path: str = "") -> Iterator[str]:
    """The fields of `want` in which `have` differs."""
    for name, value in want.items():
        place = f"{path}{name}"
        found = have.get(name, "nothing")
        if isinstance(value, dict) and isinstance(found, dict) and name != "labels":
            yield from differences(value, found, f"{place}.")
        elif not alike(value, found, loose(place, want)) and not (name == "met" and on_the_edge(want)):
            yield f"{place} is {found!r}, not {value!r}"


def loose(place: str, want: Record) -> bool:
    """Whether a field comes from a quantile sketch."""
    return place in ("stats.p50", "stats.p90", "stats.p95", "stats.p99", "stats.max") or (
        place == "value" and "stats" in want
    )


def on_the_edge(want: Record) -> bool:
    """Whether a quantile is so near its target that 1 % decides."""
    limit = want["target"].get("at_most", 0)
    return "stats" in want and abs(want["value"] - limit) <= 0.0101 * limit


def alike(value: Any, found: Any, loose: bool) -> bool:
    """Equal, or numbers within 1 % or 1e-9 of `value`."""
    numbers = all(isinstance(number, int | float) and not isinstance(number, bool) for number in (value, found))
    if not numbers:
        return type(value) is type(found) and bool(value == found)
    return bool(abs(found - value) <= (0.01 if loose else 0) * abs(value) + 1e-9 * max(1.0, abs(value)))
