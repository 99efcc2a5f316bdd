"""A survey as a case: invitation, answers and dismissals in, one satisfaction fact out [R35, R36, R43]."""

from collections.abc import Sequence

from streams.cases.conventions import DEFAULT, Conventions
from streams.cases.facts import CSAT, NPS_COLD, NPS_HOT, Fact
from streams.cases.findings import Findings
from streams.events.model import Event, SurveySubmitted, in_order
from streams.names import UNKNOWN

POSITIVE = {"1:5": 4, "1:10": 8, "stars": 4}
"""The lowest positive score of a numeric scale; an absent scale is 1 to 5."""
POSITIVE_LABELS = frozenset({"yes", "satisfied", "very_satisfied", "😀", "🙂"})


def survey_findings(
    events: Sequence[Event],
    asof: int,  # noqa: ARG001 - the cases' common form
    conventions: Conventions = DEFAULT,  # noqa: ARG001
) -> Findings:
    """The fact of a survey's latest answer; a dismissal replaces an answer, an invitation never does."""
    found = Findings()
    given = [e for e in events if isinstance(e, SurveySubmitted) and (e.answered or e.dismissed)]
    latest = max(given, key=in_order, default=None)
    if latest is not None and latest.answered:
        found.facts.extend(_facts(latest))
    return found


def _facts(answer: SurveySubmitted) -> list[Fact]:
    agent, channel = answer.agent_id or UNKNOWN, answer.channel or UNKNOWN
    if answer.kind == "nps":
        kind = NPS_COLD if answer.timing == "cold" else NPS_HOT
        dims = (channel, answer.region or UNKNOWN, agent)
        return [(kind.name, answer.occurred_at, dims, (int(answer.score or 0),))]
    if answer.kind == "csat":
        about = (answer.timing, channel, answer.department or UNKNOWN, agent)
        return [(CSAT.name, answer.occurred_at, about, (positive(answer),))]
    return []


def positive(answer: SurveySubmitted) -> bool:
    """Whether an answer is a satisfied one, by its scale [R35]."""
    if answer.label is not None and answer.score is None:
        return answer.label in POSITIVE_LABELS
    return (answer.score or 0) >= POSITIVE[answer.scale or "1:5"]
