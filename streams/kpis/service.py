"""KPIs of how requests are served: who closes them and how, with how many words, holds, escalations and reopens."""

from streams.cases import facts
from streams.kpis.model import Accompanied, CategoryShare, Duration, Mean, Number, Open, Share, Total
from streams.kpis.priced import MONEY
from streams.kpis.satisfaction import csat
from streams.kpis.targets import AtLeast, AtMost
from streams.units import DAY, SECOND

WEEK_OF_REOPENS = 7 * DAY
"""How long reopens after a resolve are awaited [R52]."""

resolution_method = CategoryShare(
    name="resolution_method",
    title="Method of resolution",
    of=facts.RESOLUTION_METHOD,
    measure="one",
    by=("method",),
    means="The share of resolutions by this method.",
)
exchanges = Mean(
    name="exchanges",
    title="Messages to a resolution",
    of=facts.CYCLE_RESOLVED,
    measure="exchanges",
    by=("channel", "department", "category"),
    target=AtMost(3),
    means="How many messages customer and agents wrote until a request was resolved, the first one included.",
)
exchanges_turns = Mean(
    name="exchanges_turns",
    title="Turns to a resolution",
    of=facts.CYCLE_RESOLVED,
    measure="turns",
    by=("channel", "department", "category"),
    means="How often the word passed until a request was resolved; an author's messages within 5 minutes are one turn.",
)
first_contact_resolution = Share(
    name="first_contact_resolution",
    title="Resolved at first contact",
    of=facts.CYCLE_RESOLVED,
    measure="first_contact",
    by=("channel", "department", "agent"),
    target=AtLeast(0.7),
    maturity=WEEK_OF_REOPENS,
    means="The share of resolved requests that took one message of a person and were not reopened within 7 days.",
)
escalation_rate = Share(
    name="escalation_rate",
    title="Escalated requests",
    of=facts.CYCLE_RESOLVED,
    measure="escalated",
    by=("channel", "department"),
    target=AtMost(0.1),
    means="The share of closed requests that were escalated.",
)
escalation_rate_functional = Share(
    name="escalation_rate_functional",
    title="Requests escalated by agents",
    of=facts.CYCLE_RESOLVED,
    measure="functional",
    by=("channel", "department"),
    means="The share of closed requests that an agent escalated.",
)
escalation_rate_sla = Share(
    name="escalation_rate_sla",
    title="Requests escalated by the system",
    of=facts.CYCLE_RESOLVED,
    measure="by_sla",
    by=("channel", "department"),
    means="The share of closed requests that the system escalated, for their time was running out.",
)
reopen_rate = Share(
    name="reopen_rate",
    title="Reopened requests",
    of=facts.CYCLE_RESOLVED,
    measure="reopened",
    by=("department", "agent"),
    target=AtMost(0.05),
    maturity=WEEK_OF_REOPENS,
    means="The share of resolved requests that were reopened within 7 days.",
)
closed_by_agent = Accompanied(
    name="closed_by_agent",
    title="Requests closed",
    of=facts.CYCLE_RESOLVED,
    measure="one",
    by=("agent", "department"),
    companions=(csat, reopen_rate),
    means="How many requests were closed, by whom, beside that person's satisfaction and reopens.",
)
settled_value = Total(
    name="settled_value",
    title="Value settled",
    of=facts.SETTLED,
    measure="value",
    by=("department", "method"),
    of_unit=MONEY,
    means="What resolutions settled, all together.",
)
settled_value_mean = Mean(
    name="settled_value_mean",
    title="Value settled per resolution",
    of=facts.SETTLED,
    measure="value",
    by=("department", "method"),
    of_unit=MONEY,
    means="What a resolution settled, of those that settled something.",
)
hold_time = Duration(
    name="hold_time",
    title="Time on hold",
    of=facts.HELD,
    measure="each",
    by=("channel", "department"),
    target=AtMost(60),
    means="Nine in ten waits of callers are over within this time.",
)
hold_time_request = Duration(
    name="hold_time_request",
    title="Time on hold per request",
    of=facts.HELD,
    measure="together",
    by=("channel", "department"),
    means="Nine in ten requests with a wait kept the caller waiting for no longer than this, all waits added up.",
)
effort_handling = Mean(
    name="effort_handling",
    title="Effort per interaction",
    of=facts.HANDLED,
    measure="taken",
    by=("channel",),
    of_unit="seconds",
    scale=SECOND,
    means="How long an agent works on one interaction.",
)
reassignments = Number(
    name="reassignments",
    title="Requests passed on",
    of=facts.ASSIGNED,
    measure="reassigned",
    by=("department",),
    means="How many requests were passed on automatically, for nobody had attended to them.",
)
reassignment_share = Share(
    name="reassignment_share",
    title="Share of assignments passed on",
    of=facts.ASSIGNED,
    measure="passed_on",
    by=("department",),
    means="The share of assignments that passed on a request to which nobody had attended.",
)

waiting = Open(
    name="waiting",
    title="Open promises",
    of=facts.WAITING,
    measure="open",
    by=("department", "priority", "channel"),
    means="How many promises to customers are open now: neither kept nor broken yet.",
)

SERVICE = (
    closed_by_agent,
    resolution_method,
    exchanges,
    exchanges_turns,
    first_contact_resolution,
    escalation_rate,
    escalation_rate_functional,
    escalation_rate_sla,
    reopen_rate,
    settled_value,
    settled_value_mean,
    hold_time,
    hold_time_request,
    effort_handling,
    reassignments,
    reassignment_share,
    waiting,
)
