"""The oracle's surveys: the record that stands for each, and what it adds to each KPI."""

from collections.abc import Iterator
from fractions import Fraction

from tests.oracle_events import UNKNOWN, Event, Sample


def survey_samples(events: list[Event]) -> Iterator[Sample]:
    """The latest record of a survey, where invitations replace neither answer nor dismissal [R7, R36, R43]."""
    replies = [event for event in events if event.get("dismissed") or answered(event)]
    standing = replies[-1] if replies else events[-1]
    yield from response(standing, bool(replies))
    if not replies or standing.get("dismissed"):
        return
    dims = {name: standing.get(name, UNKNOWN) for name in ("channel", "region", "department")}
    dims |= {"agent": standing.get("agent_id", UNKNOWN), "timing": standing.get("timing", "hot")}
    for kpi, amount in said(standing, dims["timing"]):
        yield Sample(kpi, standing.at, dims, amount)


def answered(event: Event) -> bool:
    """Whether a survey record holds an answer."""
    return any(event.get(name) is not None for name in ("score", "label", "servqual"))


def response(standing: Event, replied: bool) -> Iterator[Sample]:
    """Taken literally: the record that stands has `invited_at`, or is an invitation, or is left out [R43]."""
    at = standing.instant("invited_at")
    if at is None and not replied:
        at = standing.at
    if at is not None:
        yield Sample("survey_response", at, {"channel": standing.get("channel", UNKNOWN)}, (int(replied), 1))


def said(event: Event, timing: str) -> Iterator[tuple[str, object]]:
    """KPI and amount of an answer."""
    kind, score = event.body["kind"], event.get("score")
    if kind == "csat":
        yield "csat", (int(positive(event)), 1)
    elif kind == "nps":
        yield from nps(f"nps_{timing}", score)
    elif kind == "ces":
        yield "ces", Fraction(score)
        yield "ces_share", (int(score >= 5), 1)
    elif kind == "review":
        yield "review_score", Fraction(score)
        yield "review_score_bayesian", Fraction(score)
    else:
        yield from servqual(event.body["servqual"])


POSITIVE_LABELS = {"yes", "very_satisfied", "satisfied", "😀", "🙂"}


def positive(event: Event) -> bool:
    """Whether a csat answer is positive on its scale [R35]."""
    scale = event.get("scale")
    if scale in ("yes_no", "five_level", "emoji"):
        return event.body["label"] in POSITIVE_LABELS
    least = 8 if isinstance(scale, dict) and scale["max"] == 10 else 4
    return bool(event.body["score"] >= least)


def nps(kpi: str, score: float) -> Iterator[tuple[str, object]]:
    """Promoters 9–10, passives 7–8, detractors 0–6."""
    side = 1 if score >= 9 else 0 if score >= 7 else -1
    yield kpi, side
    for group, which in (("promoters", 1), ("passives", 0), ("detractors", -1)):
        yield f"{kpi}_{group}", (int(side == which), 1)


DIMENSIONS = {
    "tangibles": (1, 2, 3, 4),
    "reliability": (5, 6, 7, 8, 9),
    "responsiveness": (10, 11, 12, 13),
    "assurance": (14, 15, 16, 17),
    "empathy": (18, 19, 20, 21, 22),
}
REVERSED = {10, 11, 12, 13, 18, 19, 20, 21, 22}


def servqual(answer: dict[str, object]) -> Iterator[tuple[str, object]]:
    """The respondent's mean gap of each dimension with half its pairs; overall and weighted need all five [R38]."""
    gaps = {name: gap for name, items in DIMENSIONS.items() if (gap := dimension(answer, items)) is not None}
    yield from ((f"servqual_{name}", gap) for name, gap in gaps.items())
    if len(gaps) < 5:
        return
    yield "servqual", sum(gaps.values()) / 5
    weights = answer.get("weights")
    if isinstance(weights, dict):
        yield "servqual_weighted", sum(Fraction(weights[name]) / 100 * gap for name, gap in gaps.items())


def dimension(answer: dict[str, object], items: tuple[int, ...]) -> Fraction | None:
    """The mean of perception − expectation over the answered pairs; 2 of 4, 3 of 5 at least."""
    gaps = []
    for item in items:
        rating, wish = (rated(answer, side, item) for side in ("perceptions", "expectations"))
        if rating is not None and wish is not None:
            gaps.append(rating - wish)
    return sum(gaps, Fraction()) / len(gaps) if len(gaps) >= {4: 2, 5: 3}[len(items)] else None


def rated(answer: dict[str, object], side: str, item: int) -> Fraction | None:
    """A rating; the wording of 1988 has some items reversed."""
    ratings = answer[side]
    assert isinstance(ratings, list)
    rating = ratings[item - 1]
    if rating is None:
        return None
    return 8 - Fraction(rating) if answer["instrument"] == "servqual-1988" and item in REVERSED else Fraction(rating)
