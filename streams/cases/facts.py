"""The vocabulary of facts: what cases tell, with the dimensions and measures that each kind carries.

A fact is a tuple `(kind, at, dims, samples)`: the kind's name, the instant in ms that decides its window, the values
of the kind's dimensions, and a sample (or None) for each of its measures, all in the order declared here.
"""

from typing import Any, Literal

import msgspec

Fact = tuple[str, int, tuple[str, ...], tuple[Any, ...]]


Spread = Literal["each", "alone", "category", "given"]
"""Where a fact counts: `each`, in the scope `all` and in one for each of its dimensions; `alone`, in the one scope of
its only dimension, or in `all` where it has none; `category`, among the facts of its category, its only dimension, and
among those of all categories together; `given`, in the scope that its only dimension spells."""


class Kind(msgspec.Struct, frozen=True):
    """A kind of fact. Raise `edition` when what the fact means is changed: old state is then never mixed in."""

    name: str
    dims: tuple[str, ...]
    measures: tuple[str, ...]
    edition: int = 1
    spread: Spread = "each"


ORDER_ENTRY = Kind("order_entry", ("channel", "region", "agent"), ("taken", "accurate", "one"))
"""An order came to exist; `taken` ms from intimation to entry, `accurate` without an entry error, `one` to count it."""
COMPLETE_DELIVERY = Kind("complete_delivery", ("channel", "region"), ("processed", "delay"))
"""An order was delivered whole; ms since its entry, and ms after the promise where it was late."""
FIRST_SHIPMENT = Kind("first_shipment", ("channel", "region"), ("units", "lines", "order"))
"""The first shipment went out; (filled, requested) units and lines, and whether the order was filled."""
ON_TIME_DELIVERY = Kind("on_time_delivery", ("channel", "region"), ("met",))
ORDER_CONFIRMED = Kind("order_confirmed", ("channel", "agent"), ("met",))
INVOICE = Kind("invoice", ("channel", "region"), ("right",))
"""A shipment was invoiced."""
STATUS_NOTICE = Kind("status_notice", ("channel", "region"), ("true",))
"""A status message was decided: it came true or not."""
PERFECT_ORDER = Kind("perfect_order", ("channel", "region"), ("perfect",))
LABOUR = Kind("labour", ("channel", "agent"), ("handling",))
"""People worked on an order's entry, revision or delivery; `handling` ms."""
BASKET = Kind("basket", ("channel", "region"), ("amount", "items"))
"""The entry of an order that is not cancelled; `amount` in minor units."""
CANCELLATION = Kind("cancellation", ("channel",), ("cancelled", "by_customer", "by_supplier"))
"""An order was entered; whether it stands cancelled, and by whom."""
EFFORT = Kind("effort", ("channel",), ("screens", "clicks"))
"""An order or a ticket came to exist, at the cost of so many screens and clicks to the customer."""

TICKET_OPENED = Kind("ticket_opened", ("channel", "department", "category", "campaign"), ("one",))
FIRST_RESPONSE = Kind(
    "first_response",
    ("channel", "department", "priority", "agent"),
    ("waited", "waited_business", "misrouted", "misrouted_wait"),
)
"""A person answered first; ms since the opening, and whether and how long in ms it had gone to the wrong place."""
NEXT_RESPONSE = Kind("next_response", ("channel", "department"), ("waited",))
"""A person answered again; ms since the oldest message of the customer that had no answer."""
ANSWERED_IN_24H = Kind("answered_in_24h", ("channel", "department", "priority"), ("met",))
RESOLVED_IN_2_DAYS = Kind("resolved_in_2_days", ("channel", "department"), ("met",))
FIRST_RESOLUTION = Kind("first_resolution", ("channel", "department", "category"), ("taken", "taken_business"))
FULL_RESOLUTION = Kind("full_resolution", ("channel", "department", "category"), ("taken", "taken_business"))
CYCLE_RESOLVED = Kind(
    "cycle_resolved",
    ("channel", "department", "category", "agent"),
    ("served", "one", "exchanges", "turns", "first_contact", "escalated", "functional", "by_sla", "reopened"),
)
"""A cycle was closed; ms in somebody's hands, `one` to count it, its messages and turns, whether one message of a
person settled it for good (cycle 1 alone), whether it was escalated and by whom, whether it was reopened in a week."""
RESOLUTION_METHOD = Kind("resolution_method", ("method",), ("one",), spread="category")
SETTLED = Kind("settled", ("department", "method"), ("value",))
"""A cycle was closed with a value settled, in minor units."""
ASSIGNED = Kind("assigned", ("department",), ("passed_on", "reassigned"))
"""A ticket was assigned; whether that passed it on automatically from somebody who had not attended to it, 1 then."""
HELD = Kind("held", ("channel", "department"), ("each", "together"))
"""A caller was put on hold; ms of each wait, and of all of the request's together at its last one."""
HANDLED = Kind("handled", ("channel",), ("taken",))
"""Somebody worked on a ticket for so many ms."""
WAITING = Kind("waiting", ("channel", "department", "priority"), ("open",))
"""A ticket has so many open obligations; it stands at `HEREAFTER` while it has some."""
WITHIN, AT_RISK, OVERDUE = range(3)
"""How a promise that is not kept yet stands: within its time, with little of it left, or past it."""
PENDING = Kind(
    "pending",
    ("channel", "department", "priority"),
    (
        "first_response",
        "next_response",
        "resolution",
        "assignment",
        "answered_in_24h",
        "resolved_in_2_days",
        "review_answered",
    ),
)
"""A customer has waited since this instant for what promises of these clocks say: (standing, since when) of each that
is not kept yet, also when it is broken; it is taken back when the wait is over."""
REVIEW_RESPONSE = Kind("review_response", ("channel",), ("waited",))
REVIEW_ANSWERED = Kind("review_answered", ("channel",), ("met",))

_BY_POLICY = ("policy", "channel", "department", "priority")
SLA_FIRST_RESPONSE = Kind("sla_first_response", _BY_POLICY, ("met",))
SLA_NEXT_RESPONSE = Kind("sla_next_response", _BY_POLICY, ("met",))
SLA_RESOLUTION = Kind("sla_resolution", _BY_POLICY, ("met",))
SLA_ASSIGNMENT = Kind("sla_assignment", _BY_POLICY, ("met",))
BUDGETED = Kind("budgeted", ("policy",), ("attention", "order_confirmed", "on_time_delivery"), spread="alone")
"""A promise that a policy names was decided, of a clock that no KPI tells by policy; whether it was met, for the error
budget of that clock alone."""

CSAT = Kind("csat", ("timing", "channel", "department", "agent"), ("positive",))
NPS_HOT = Kind("nps_hot", ("channel", "region", "agent"), ("score",))
NPS_COLD = Kind("nps_cold", ("channel", "region", "agent"), ("score",))
CES = Kind("ces", ("channel",), ("score", "easy"))
"""An answer how easy it was made; the score in parts of a point (`survey.SCALE`), and whether it is 5 or more."""
REVIEW = Kind("review", ("channel",), ("stars",))
"""A review; stars in parts of one (`survey.SCALE`)."""
SERVQUAL = Kind(
    "servqual",
    ("channel",),
    ("overall", "weighted", "tangibles", "reliability", "responsiveness", "assurance", "empathy"),
)
"""A respondent's gaps, in parts of a point (`servqual.SCALE`); None where he said too little."""
SURVEY_INVITED = Kind("survey_invited", ("channel",), ("replied",))
"""A customer was invited to a survey; whether he answered or dismissed it."""
CAMPAIGN_REQUEST = Kind("campaign_request", ("campaign",), ("one",), spread="category")
"""A request was opened, of a campaign or of none."""

CONTACT = Kind("contact", ("channel",), ("one",))
"""A customer opened a ticket that is neither void nor merged nor a review."""
ORDERING = Kind("ordering", ("scope",), ("customers",), spread="given")
"""The first order of a customer in a window, of each size, and in a scope."""
FIRST_CONTACT = Kind("first_contact", ("channel",), ("customers",), spread="category")
"""The first order or ticket of a customer in a window, of each size."""
DISSATISFACTION = Kind("dissatisfaction", ("scope",), ("dissatisfied",), spread="given")
"""The latest answer of a customer in a window, of each size, and in a scope."""
FIRST_ORDER = Kind("first_order", ("region",), ("again",))
"""A customer's first order; whether another one followed within 90 days."""
NOTICED = Kind("noticed", ("channel",), ("before_asked",))
"""An order was complete; whether its customer had been told all along before he asked."""
LATE_CONTACT = Kind("late_contact", ("channel",), ("late", "on_time"))
"""The delivery of an order was decided, late or on time; whether its customer came back about it within 7 days."""
RETENTION = Kind("retention", ("region",), ("usual", "recurring", "both"))
"""A customer at the end of a period: (size, active at its start, retained)."""

COST = Kind("cost", ("kind", "channel", "department"), ("amount",))
"""Something was spent on a customer, in millionths of a minor unit; `kind` is one of `COST_KINDS`."""
RESPONSE = Kind("response", ("channel", "department"), ("one", "covered", "ordered", "revenue", "margin"))
"""A response: an order entered or a cycle closed; `one` to count it, whether what it brought covers what it cost;
of an order, `ordered` to count it, its amount in minor units where it is not cancelled, and its margin."""
PROFIT = Kind("profit", ("scope",), ("profitable",), spread="given")
"""What a customer brought and cost in a window, of each size, and in a scope; whether he brought more."""
COSTED = Kind("costed", ("scope",), ("cases",), spread="given")
"""A case of which some cost is told; it stands at `HEREAFTER` in the scope `COSTS_KNOWN` [R48]."""
COST_KINDS = ("labour", "assets", "infrastructure", "communication", "other")

KINDS = {kind.name: kind for kind in list(globals().values()) if isinstance(kind, Kind)}
"""Every kind by its name."""


Wanted = frozenset[str] | None
"""The kinds of facts that something reads, by name; None: all."""


def reads(wanted: Wanted, *kinds: Kind) -> bool:
    """Whether something reads one of these kinds.

    >>> reads(frozenset({"csat"}), CSAT, CES), reads(frozenset({"csat"}), CES), reads(None, CES)
    (True, False, True)
    """
    return wanted is None or any(kind.name in wanted for kind in kinds)
