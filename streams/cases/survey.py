"""A survey as a case: invitation, answers and dismissals in, satisfaction facts out [R35, R36, R38, R43]."""

from collections.abc import Sequence

from streams.cases import facts
from streams.cases.conventions import DEFAULT, Conventions
from streams.cases.digesting import judged
from streams.cases.digests import OF_SURVEY
from streams.cases.findings import Findings
from streams.cases.servqual import gaps
from streams.cases.spending import SPENDING, survey_spending
from streams.events.model import Event, SurveySubmitted, in_order
from streams.names import UNKNOWN

SCALE = 10**9
"""Scores that are added up are integers of `1 / SCALE` of a point, for they need not be whole."""
POSITIVE = {"1:5": 4, "1:10": 8, "stars": 4}
"""The lowest positive score of a numeric scale; an absent scale is 1 to 5."""
POSITIVE_LABELS = frozenset({"yes", "satisfied", "very_satisfied", "😀", "🙂"})
_KINDS = (
    facts.SURVEY_INVITED,
    facts.CSAT,
    facts.NPS_HOT,
    facts.NPS_COLD,
    facts.CES,
    facts.REVIEW,
    facts.SERVQUAL,
    *SPENDING,
    *OF_SURVEY,
)
EASY = 5
"""The lowest score, of 1 to 7, that says it was easy."""


def survey_findings(
    events: Sequence[Event],
    asof: int,  # noqa: ARG001 - the cases' common form
    conventions: Conventions = DEFAULT,
) -> Findings:
    """The facts of the record that stands for a survey: its latest answer or dismissal, else its latest invitation."""
    found = Findings()
    survey = standing(events) if facts.reads(conventions.wanted, *_KINDS) else None
    if survey is not None:
        found.facts.extend(_response(survey))
        if survey.answered:
            found.facts.extend(_answer(survey))
        if survey.costs:
            found.facts.extend(survey_spending(survey, conventions))
        if facts.reads(conventions.wanted, *OF_SURVEY):
            found.digest = judged(survey, found)
    return found


def standing(events: Sequence[Event]) -> SurveySubmitted | None:
    """The record that stands for a survey, if there is one."""
    told = [event for event in events if isinstance(event, SurveySubmitted)]
    return max(told, key=_rank, default=None)


def _rank(event: SurveySubmitted) -> tuple[bool, tuple[int, str, str]]:
    """The latest stands, but an invitation never replaces an answer or a dismissal [R7, R43]."""
    return event.answered or event.dismissed, in_order(event)


def _response(survey: SurveySubmitted) -> list[facts.Fact]:
    """Whether an invited survey came back; it counts when it was invited, and an answer that tells no when does not."""
    replied = survey.answered or survey.dismissed
    at = survey.occurred_at if survey.invited_at is None and not replied else survey.invited_at
    return [] if at is None else [(facts.SURVEY_INVITED.name, at, (survey.channel or UNKNOWN,), (replied,))]


def _answer(answer: SurveySubmitted) -> list[facts.Fact]:
    match answer.kind:
        case "nps":
            return [_nps(answer)]
        case "csat":
            return [_csat(answer)]
        case "servqual":
            return _servqual(answer)
    score = answer.score or 0
    scaled = round(score * SCALE)
    dims = (answer.channel or UNKNOWN,)
    if answer.kind == "ces":
        return [(facts.CES.name, answer.occurred_at, dims, (scaled, score >= EASY))]
    return [(facts.REVIEW.name, answer.occurred_at, dims, (scaled,))]


def _nps(answer: SurveySubmitted) -> facts.Fact:
    kind = facts.NPS_COLD if answer.timing == "cold" else facts.NPS_HOT
    dims = (answer.channel or UNKNOWN, answer.region or UNKNOWN, answer.agent_id or UNKNOWN)
    return kind.name, answer.occurred_at, dims, (int(answer.score or 0),)


def _csat(answer: SurveySubmitted) -> facts.Fact:
    dims = (
        answer.timing,
        answer.channel or UNKNOWN,
        answer.department or UNKNOWN,
        answer.agent_id or UNKNOWN,
    )
    return facts.CSAT.name, answer.occurred_at, dims, (positive(answer),)


def _servqual(answer: SurveySubmitted) -> list[facts.Fact]:
    found = gaps(answer.servqual) if answer.servqual else ()
    if not any(gap is not None for gap in found):
        return []
    return [(facts.SERVQUAL.name, answer.occurred_at, (answer.channel or UNKNOWN,), found)]


def positive(answer: SurveySubmitted) -> bool:
    """Whether an answer is a satisfied one, by its scale [R35]."""
    if answer.label is not None and answer.score is None:
        return answer.label in POSITIVE_LABELS
    return (answer.score or 0) >= POSITIVE[answer.scale or "1:5"]
