"""A SERVQUAL answer as gaps: perception less expectation, by dimension, overall and weighted [R38].

Source: A. Parasuraman, V. Zeithaml, L. Berry, "SERVQUAL: a multiple-item scale for measuring consumer perceptions of
service quality", Journal of Retailing 64 (1988), and "Refinement and reassessment of the SERVQUAL scale", Journal of
Retailing 67 (1991), whose wording is positive throughout.
"""

from collections.abc import Sequence

from streams.events.model import Servqual

SCALE = 3 * 10**10
"""Gaps are integers of `1 / SCALE` of a point: means of up to five whole ratings, and the mean of five such, are exact;
weighted gaps and broken ratings are right to 2e-11."""

ITEMS = {
    "tangibles": range(4),
    "reliability": range(4, 9),
    "responsiveness": range(9, 13),
    "assurance": range(13, 17),
    "empathy": range(17, 22),
}
"""The pairs of each dimension, counted from 0."""
NEGATIVE = ("responsiveness", "empathy")
"""Dimensions that the wording of 1988 asks the other way round: their ratings are 8 − x."""


def gaps(answer: Servqual) -> tuple[int | None, ...]:
    """Overall, weighted, and the gap of each dimension; None for what too few answers, or no weights, tell."""
    found = [_gap(answer, name) for name in ITEMS]
    whole = [gap for gap in found if gap is not None]
    if len(whole) < len(ITEMS):
        return None, None, *found
    return round(sum(whole) / len(ITEMS)), _weighted(answer, whole), *found


def _gap(answer: Servqual, name: str) -> int | None:
    """The mean gap of a dimension's answered pairs, where at least half are."""
    items = ITEMS[name]
    pairs = [(answer.perceptions[item], answer.expectations[item]) for item in items]
    answered = [met - hoped for met, hoped in pairs if met is not None and hoped is not None]
    if 2 * len(answered) < len(items):
        return None
    # (8 − perception) − (8 − expectation): reversing both turns the gap's sign, and nothing else.
    sign = -1 if answer.instrument == "servqual-1988" and name in NEGATIVE else 1
    return sign * round(sum(answered) * SCALE / len(answered))


def _weighted(answer: Servqual, found: Sequence[int]) -> int | None:
    """Σ points / 100 × gap."""
    points = answer.weights
    if points is None:
        return None
    weights = points.tangibles, points.reliability, points.responsiveness, points.assurance, points.empathy
    return round(sum(weight * gap for weight, gap in zip(weights, found, strict=True)) / 100)
