"""KPIs of requests: volume, response, resolution, service."""

from streams.cases import facts
from streams.kpis.compared import Seasonal, Trend
from streams.kpis.model import Attainment, Duration, Number, Share
from streams.kpis.promises import PROMISES
from streams.kpis.service import SERVICE
from streams.kpis.targets import AtLeast, AtMost

requests = Number(
    name="requests",
    title="Requests",
    of=facts.TICKET_OPENED,
    measure="one",
    by=("channel", "department", "category", "campaign"),
    means="How many requests were opened; spam, tests, merged duplicates and reviews left out.",
)
requests_ratio = Seasonal(
    name="requests_ratio",
    title="Requests against what is usual",
    of=facts.TICKET_OPENED,
    measure="one",
    by=("channel", "department", "category", "campaign"),
    counted_by="requests",
    means="Requests opened over what the same weekday and hour brought in the last eight weeks; 1 is as usual.",
)
campaign_lift = Seasonal(
    name="campaign_lift",
    title="Lift by campaigns",
    of=facts.CAMPAIGN_REQUEST,
    measure="one",
    by=("campaign",),
    counted_by="requests",
    means="All requests opened while a campaign brings some, over what is usual; above 1 there are more.",
)
first_response_time = Duration(
    name="first_response_time",
    title="Time to first response",
    of=facts.FIRST_RESPONSE,
    measure="waited",
    by=("channel", "department", "priority", "agent"),
    target=AtMost(4 * 3_600),
    means="Nine in ten customers hear from a person within this time.",
)
first_response_time_business = Duration(
    name="first_response_time_business",
    title="Time to first response, business hours",
    of=facts.FIRST_RESPONSE,
    measure="waited_business",
    by=("channel", "department", "priority", "agent"),
    means="Nine in ten customers hear from a person within this much working time.",
)
misrouted_wait = Duration(
    name="misrouted_wait",
    title="Wait added by wrong routing",
    of=facts.FIRST_RESPONSE,
    measure="misrouted_wait",
    by=("department", "channel"),
    means="How long nine in ten requests that had come to the wrong place took to leave it.",
)
misrouted_share = Share(
    name="misrouted_share",
    title="Misrouted requests",
    of=facts.FIRST_RESPONSE,
    measure="misrouted",
    by=("department", "channel"),
    target=AtMost(0.05),
    means="The share of answered requests that had come to the wrong place at first.",
)
next_response_time = Duration(
    name="next_response_time",
    title="Time to next response",
    of=facts.NEXT_RESPONSE,
    measure="waited",
    by=("channel", "department"),
    means="Nine in ten customers who write again hear from a person within this time.",
)
review_response_time = Duration(
    name="review_response_time",
    title="Time to answer a review",
    of=facts.REVIEW_RESPONSE,
    measure="waited",
    by=("channel",),
    means="Nine in ten public reviews that are answered are answered within this time.",
)
answered_in_24h = Attainment(
    name="answered_in_24h",
    title="Answered within 24 hours",
    of=facts.ANSWERED_IN_24H,
    measure="met",
    by=("channel", "department", "priority"),
    target=AtLeast(0.95),
    means="The share of requests, answered or overdue, that a person answered within 24 hours.",
)
resolution_time_first = Duration(
    name="resolution_time_first",
    title="Time to first resolution",
    of=facts.FIRST_RESOLUTION,
    measure="taken",
    by=("channel", "department", "category"),
    target=AtMost(2 * 86_400),
    means="Nine in ten requests are resolved for the first time within this time, waits included.",
)
resolution_time_first_business = Duration(
    name="resolution_time_first_business",
    title="Time to first resolution, business hours",
    of=facts.FIRST_RESOLUTION,
    measure="taken_business",
    by=("channel", "department", "category"),
    means="Nine in ten requests are resolved for the first time within this much working time.",
)
resolution_time_full = Duration(
    name="resolution_time_full",
    title="Time to full resolution",
    of=facts.FULL_RESOLUTION,
    measure="taken",
    by=("channel", "department", "category"),
    target=AtMost(2 * 86_400),
    means="Nine in ten requests are resolved for good within this time, reopened cycles added up, waits left out.",
)
resolution_time_full_business = Duration(
    name="resolution_time_full_business",
    title="Time to full resolution, business hours",
    of=facts.FULL_RESOLUTION,
    measure="taken_business",
    by=("channel", "department", "category"),
    means="The time to full resolution in working time.",
)
service_time = Duration(
    name="service_time",
    title="Time of service",
    of=facts.CYCLE_RESOLVED,
    measure="served",
    by=("channel", "department", "category", "agent"),
    means="Nine in ten requests are resolved within this time of being taken in hand, waits on the customer left out.",
)
service_time_ratio = Trend(
    name="service_time_ratio",
    title="Time of service against the window before",
    of=facts.CYCLE_RESOLVED,
    measure="served",
    by=("channel", "department", "category", "agent"),
    target=AtMost(1),
    means="The mean time of service over that of the previous equal window; below 1 it is getting shorter.",
)

REQUESTS = (
    requests,
    requests_ratio,
    campaign_lift,
    first_response_time,
    first_response_time_business,
    misrouted_wait,
    misrouted_share,
    next_response_time,
    review_response_time,
    answered_in_24h,
    resolution_time_first,
    resolution_time_first_business,
    resolution_time_full,
    resolution_time_full_business,
    service_time,
    service_time_ratio,
    *PROMISES,
    *SERVICE,
)
