"""The oracle's cases: events by order, ticket and survey, and what each survey adds to each KPI."""

from collections import defaultdict
from collections.abc import Iterator

from tests.oracle_events import UNKNOWN, Event, Sample
from tests.oracle_orders import order_samples
from tests.oracle_tickets import ticket_samples

CASES = {
    "order-entered": "order_id",
    "order-delivered": "order_id",
    "ticket-opened": "ticket_id",
    "ticket-answered": "ticket_id",
    "survey-submitted": "survey_id",
}


def all_samples(events: list[Event], watermark: int) -> Iterator[Sample]:
    """Every sample of every case; `events` are in the order of R4."""
    cases: dict[tuple[str, str, str], list[Event]] = defaultdict(list)
    for event in events:
        kind = CASES[event.topic]
        cases[event.customer, kind, event.body[kind]].append(event)
    for (_, kind, _), members in cases.items():
        if kind == "order_id":
            yield from order_samples(members, watermark)
        elif kind == "ticket_id":
            yield from ticket_samples(members, watermark)
        else:
            yield from survey_samples(members)


def survey_samples(events: list[Event]) -> Iterator[Sample]:
    """The latest answer of a survey; invitations replace nothing, and a dismissal leaves no answer [R7, R36, R43]."""
    replies = [event for event in events if event.get("dismissed") or answered(event)]
    if not replies or replies[-1].get("dismissed"):
        return
    latest = replies[-1]
    dims = {name: latest.get(name, UNKNOWN) for name in ("channel", "region", "department")}
    dims |= {"agent": latest.get("agent_id", UNKNOWN), "timing": latest.get("timing", "hot")}
    if latest.body["kind"] == "csat":
        yield Sample("csat", latest.at, dims, (int(positive(latest)), 1))
    elif latest.body["kind"] == "nps":
        yield from nps_samples(latest, dims)


def answered(event: Event) -> bool:
    """Whether a survey record holds an answer."""
    return any(event.get(name) is not None for name in ("score", "label", "servqual"))


POSITIVE_LABELS = {"yes", "very_satisfied", "satisfied", "😀", "🙂"}


def positive(event: Event) -> bool:
    """Whether a csat answer is positive on its scale [R35]."""
    scale = event.get("scale")
    if scale in ("yes_no", "five_level", "emoji"):
        return event.body["label"] in POSITIVE_LABELS
    least = 8 if isinstance(scale, dict) and scale["max"] == 10 else 4
    return bool(event.body["score"] >= least)


def nps_samples(event: Event, dims: dict[str, str]) -> Iterator[Sample]:
    """Promoters 9–10, passives 7–8, detractors 0–6."""
    kpi, score = f"nps_{dims['timing']}", event.body["score"]
    side = 1 if score >= 9 else 0 if score >= 7 else -1
    yield Sample(kpi, event.at, dims, side)
    for group, which in (("promoters", 1), ("passives", 0), ("detractors", -1)):
        yield Sample(f"{kpi}_{group}", event.at, dims, (int(side == which), 1))
