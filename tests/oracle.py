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
from tests.oracle_events import Line, Sample, distinct
from tests.oracle_numbers import adjusted_wald, nearest_rank, text, wilson, window

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
    "csat": Kpi("share", ("timing", "channel", "department", "agent")),
    **{f"nps_{timing}": Kpi("score", ORDER, {"at_least": 30}) for timing in ("hot", "cold")},
    **{
        f"nps_{t}_{group}": Kpi("share", ORDER)
        for t in ("hot", "cold")
        for group in ("promoters", "passives", "detractors")
    },
}


def compute(
    lines: Iterable[Line],
    *,
    tz: str = "UTC",
    now: int | None = None,
    min_n: int = 20,
    windows: Sequence[str] = ("1h", "1d", "1w", "1mo"),
    kpis: Iterable[str] | None = None,
) -> list[Record]:
    """The kpi-values records that `lines` imply, sorted; `now` (ms) moves the watermark, `kpis` chooses some."""
    events = distinct(lines)
    if not events:
        return []
    # Open: a conflicting duplicate that lost is not accepted, so it does not move the watermark [R1, R50].
    watermark = max(event.at for event in events) if now is None else now
    wanted = set(KPIS if kpis is None else kpis)
    groups = grouped(all_samples(events, watermark), windows, tz)
    records = [record for key, amounts in groups.items() for record in readings(key, amounts, groups, min_n, tz)]
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
            for scope, value in scopes:
                groups[(sample.kpi, scope, value, size, *window(sample.at, size, tz))].append(sample.amount)
    return groups


def readings(place: Place, amounts: list[Any], groups: dict[Place, list[Any]], min_n: int, tz: str) -> Iterator[Record]:
    """The record of one KPI, scope and window; of service_time the ratio to the window before, too."""
    kpi, _, _, size, start, _ = place
    yield record(place, READ[KPIS[kpi].kind](amounts), min_n, tz)
    if kpi == "service_time":
        before = groups.get(("service_time", *place[1:4], *window(start - 1, size, tz)), [])
        # Open: no value where a window has no sample, nor where the mean before is 0.
        if sum(before) > 0:
            ratio = (sum(amounts) / len(amounts)) / (sum(before) / len(before))
            trend = {"value": ratio, "numerator": None, "denominator": len(amounts), "interval": None}
            yield record(("service_time_ratio", *place[1:]), trend, min_n, tz)


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


def bounds(ends: tuple[float, float]) -> Record:
    """An interval as a record carries it; the method's name is not fixed by the specification."""
    return {"low": ends[0], "high": ends[1], "level": 0.95}


READ: dict[str, Callable[[list[Any]], Record]] = {"duration": duration, "share": share, "count": count, "score": score}


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
