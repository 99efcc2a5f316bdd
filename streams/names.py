"""Every topic, table, label and metric prefix: the one place where a name is spelt."""

ORDER_ENTERED = "order-entered"
ORDER_DELIVERED = "order-delivered"
TICKET_OPENED = "ticket-opened"
TICKET_ANSWERED = "ticket-answered"
SURVEY_SUBMITTED = "survey-submitted"
INPUTS = (ORDER_ENTERED, ORDER_DELIVERED, TICKET_OPENED, TICKET_ANSWERED, SURVEY_SUBMITTED)

JOURNAL = "journal"
PARTIALS = "partials"
DESK = "desk"
STATE = "state"

KPI_VALUES = "kpi-values"
KPI_REVISIONS = "kpi-revisions"
SLA_EVENTS = "sla-events"
SLA_BREACHES = "sla-breaches"
REASSIGNMENT_REQUESTED = "reassignment-requested"
CUSTOMER_VALUE = "customer-value"
SLA_POLICIES = "sla-policies"
DEAD_LETTER = "dead-letter"

UNKNOWN = "unknown"
"""The value of a dimension that an event leaves out [R9]."""
AGENT = "agent"
"""The dimension of persons."""
AUTOMATED = "automated"
"""The agent of what no human did [R9]."""
NOBODY = (AUTOMATED, UNKNOWN)
"""Agents that are no persons."""
ALL = "all"
"""The scope without a dimension."""
COSTS_KNOWN = "costs"
"""The scope, inside, that tells whether any cost is known; every partition of the partials hears of it [R48]."""
CATEGORY = "~"
"""Stands, inside, before scopes that hold a category's facts and those of all categories; records do not show it."""

METRIC_PREFIX = "crm_"
