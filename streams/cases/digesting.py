"""What an order, a ticket and a survey say of their customer: their digests, once their other findings are made."""

from streams.cases.digests import Asked, Bought, Costs, Judged, Surveyed
from streams.cases.facts import COST, ON_TIME_DELIVERY, RESPONSE
from streams.cases.findings import Findings, Outcome
from streams.cases.order import Order
from streams.cases.timeline import ENDINGS, Timeline
from streams.events.model import SurveySubmitted, in_order
from streams.names import UNKNOWN
from streams.units import MILLIONTHS

NOTICES = ("confirmed", "shipped", "delayed")
_ON_TIME, _COST, _RESPONSE = ON_TIME_DELIVERY.name, COST.name, RESPONSE.name
_NEGATIVE = {"1:5": 2, "1:10": 4, "stars": 2}
"""The highest negative score of a numeric scale; an absent scale is 1 to 5 [R35]."""
_NEGATIVE_LABELS = frozenset({"no", "dissatisfied", "very_dissatisfied", "🙁", "😡", "😞"})


def bought(order: Order, complete: int | None, found: Findings) -> Bought:
    """The digest of an order that was entered; `complete` is when it was delivered whole, in ms."""
    lowest, promised = order.revisions[0], order.revisions[-1].promised_at
    decided = [o for o in found.obligations if o.clock == _ON_TIME and o.outcome in (Outcome.MET, Outcome.BREACHED)]
    flags = [(r.occurred_at, r.recurring) for r in order.revisions if r.recurring is not None]
    return Bought(
        in_order(lowest),
        lowest.order_id,
        lowest.channel or UNKNOWN,
        lowest.region or UNKNOWN,
        min([at for at, recurring in flags if recurring], default=None),
        min([at for at, _ in flags], default=None),
        decided[0].decided_at if decided else None,
        bool(decided) and decided[0].outcome is Outcome.BREACHED,
        complete,
        complete is not None and promised is not None and complete > promised,
        _sent(order),
        next((samples[-1] for kind, _, _, samples in found.facts if kind == _RESPONSE), 0),
        _costs(found),
    )


def _costs(found: Findings) -> Costs:
    """What was spent at each instant."""
    spent: dict[int, int] = {}
    for kind, at, _, samples in found.facts:
        if kind == _COST:
            spent[at] = spent.get(at, 0) + samples[0]
    return tuple([(at, *divmod(amount, MILLIONTHS)) for at, amount in spent.items()])


def _sent(order: Order) -> tuple[int | None, int | None, int | None]:
    if not order.shipments:
        return None, None, None
    first: dict[str, int] = {}
    for shipment in order.shipments.values():
        for notice in shipment.notices:
            first[notice.kind] = min(notice.sent_at, first.get(notice.kind, notice.sent_at))
    confirmed, shipped, delayed = (first.get(kind) for kind in NOTICES)
    return confirmed, shipped, delayed


def asked(line: Timeline, found: Findings) -> Asked:
    """The digest of a ticket."""
    opening, gone = line.opening, any(act.action in ENDINGS for act in line.acts)
    channel, by_customer = opening.channel or UNKNOWN, opening.opened_by == "customer"
    region, costs = opening.region or UNKNOWN, _costs(found)
    return Asked(in_order(opening), channel, opening.kind, by_customer, opening.order_id, gone, region, costs)


def judged(survey: SurveySubmitted, found: Findings) -> Judged | Surveyed | None:
    """The digest of the record that stands for a survey; None where it says nothing of the customer."""
    place, region, costs = in_order(survey), survey.region or UNKNOWN, _costs(found)
    if survey.answered and survey.kind in ("nps", "csat", "review"):
        return Judged(place, survey.channel or UNKNOWN, region, negative(survey), costs)
    return Surveyed(place, region, costs) if costs else None


def negative(answer: SurveySubmitted) -> bool:
    """Whether an answer is that of a dissatisfied customer: a detractor, or negative by its scale [R35, R37]."""
    if answer.kind == "nps":
        return (answer.score or 0) <= 6
    if answer.label is not None and answer.score is None:
        return answer.label in _NEGATIVE_LABELS
    scale = "stars" if answer.kind == "review" else answer.scale or "1:5"
    return (answer.score or 0) <= _NEGATIVE[scale]
