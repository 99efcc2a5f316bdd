"""KPIs of what is promised of requests: the default policy's clocks, and those that run for every request."""

from streams.cases import facts
from streams.kpis.model import Attainment
from streams.kpis.targets import AtLeast

_BY_POLICY = ("policy", "channel", "department", "priority")

sla_first_response = Attainment(
    name="sla_first_response",
    title="First responses within the policy",
    of=facts.SLA_FIRST_RESPONSE,
    measure="met",
    by=_BY_POLICY,
    means="The share of requests, answered or overdue, that a person answered as soon as the policy promises.",
)
sla_next_response = Attainment(
    name="sla_next_response",
    title="Further responses within the policy",
    of=facts.SLA_NEXT_RESPONSE,
    measure="met",
    by=_BY_POLICY,
    means="The share of customers' further messages, answered or overdue, that were answered within the policy.",
)
sla_resolution = Attainment(
    name="sla_resolution",
    title="Resolutions within the policy",
    of=facts.SLA_RESOLUTION,
    measure="met",
    by=_BY_POLICY,
    means="The share of requests, resolved or overdue, resolved within the policy; waits on the customer left out.",
)
sla_assignment = Attainment(
    name="sla_assignment",
    title="Assignments within the policy",
    of=facts.SLA_ASSIGNMENT,
    measure="met",
    by=_BY_POLICY,
    means="The share of requests, taken in hand or overdue, that somebody had in hand as soon as the policy promises.",
)
resolved_in_2_days = Attainment(
    name="resolved_in_2_days",
    title="Resolved within 2 days",
    of=facts.RESOLVED_IN_2_DAYS,
    measure="met",
    by=("channel", "department"),
    target=AtLeast(0.9),
    means="The share of requests, resolved or overdue, that were resolved within 48 hours, waits included.",
)
review_answered = Attainment(
    name="review_answered",
    title="Reviews answered within 48 hours",
    of=facts.REVIEW_ANSWERED,
    measure="met",
    by=("channel",),
    target=AtLeast(0.9),
    means="The share of public reviews, answered or overdue, that a person answered within 48 hours.",
)

PROMISES = (
    sla_first_response,
    sla_next_response,
    sla_resolution,
    sla_assignment,
    resolved_in_2_days,
    review_answered,
)
