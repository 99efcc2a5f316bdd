"""KPIs of satisfaction: CSAT, Net Promoter Scores, effort, SERVQUAL, reviews, and how many answer at all."""

from streams.cases import facts, servqual, survey
from streams.kpis.model import BayesianMean, Mean, Score, ScorePart, Share
from streams.kpis.targets import AtLeast

_NPS_BY = ("channel", "region", "agent")

csat = Share(
    name="csat",
    title="Customer satisfaction",
    of=facts.CSAT,
    measure="positive",
    by=("timing", "channel", "department", "agent"),
    target=AtLeast(0.8),
    means="The share of answered satisfaction surveys that are positive.",
)
nps_hot = Score(
    name="nps_hot",
    title="Net Promoter Score after a moment",
    of=facts.NPS_HOT,
    measure="score",
    by=_NPS_BY,
    target=AtLeast(30),
    means="Promoters less detractors, in points, among answers given after a moment of the journey.",
)
nps_cold = Score(
    name="nps_cold",
    title="Net Promoter Score of the relation",
    of=facts.NPS_COLD,
    measure="score",
    by=_NPS_BY,
    target=AtLeast(30),
    means="Promoters less detractors, in points, among answers about the relation as a whole.",
)


ces = Mean(
    name="ces",
    title="Customer effort score",
    of=facts.CES,
    measure="score",
    by=("channel",),
    scale=survey.SCALE,
    of_unit="points",
    means="The mean of answers from 1 to 7 that the company made it easy.",
)
ces_share = Share(
    name="ces_share",
    title="Customers for whom it was easy",
    of=facts.CES,
    measure="easy",
    by=("channel",),
    means="The share of answers of 5 or more that the company made it easy.",
)
review_score = Mean(
    name="review_score",
    title="Review score",
    of=facts.REVIEW,
    measure="stars",
    by=("channel",),
    scale=survey.SCALE,
    of_unit="stars",
    target=AtLeast(4),
    means="The mean of the stars that reviews give.",
)
review_score_bayesian = BayesianMean(
    name="review_score_bayesian",
    title="Review score, drawn to the middle",
    of=facts.REVIEW,
    measure="stars",
    by=("channel",),
    scale=survey.SCALE,
    of_unit="stars",
    prior=3.5,
    weight=7,
    target=AtLeast(4),
    means="The mean of the stars with seven reviews of 3.5 on top, so that a few say little.",
)
survey_response = Share(
    name="survey_response",
    title="Response to surveys",
    of=facts.SURVEY_INVITED,
    measure="replied",
    by=("channel",),
    means="The share of the invitations in the window that were answered or dismissed, whenever that was.",
)


def _servqual(measure: str, name: str, title: str, means: str) -> Mean:
    return Mean(
        name=name,
        title=title,
        of=facts.SERVQUAL,
        measure=measure,
        by=("channel",),
        scale=servqual.SCALE,
        of_unit="points",
        target=AtLeast(0),
        means=means,
    )


def _part(of: Score, part: str) -> ScorePart:
    return ScorePart(
        name=f"{of.name}_{part}",
        title=f"{of.title}: {part}",
        of=of.of,
        measure=of.measure,
        by=of.by,
        part=part,
        means=f"The share of {part} among the answers.",
    )


_PARTS = ("promoters", "passives", "detractors")

SATISFACTION = (
    csat,
    nps_hot,
    *(_part(nps_hot, part) for part in _PARTS),
    nps_cold,
    *(_part(nps_cold, part) for part in _PARTS),
    ces,
    ces_share,
    _servqual(
        "overall",
        "servqual",
        "SERVQUAL gap",
        "What customers met with, less what they expected: the mean of the five dimensions' gaps.",
    ),
    _servqual(
        "weighted",
        "servqual_weighted",
        "SERVQUAL gap, weighted",
        "What customers met with, less what they expected, by how much each dimension matters to them.",
    ),
    *(
        _servqual(
            dimension,
            f"servqual_{dimension}",
            f"SERVQUAL gap: {dimension}",
            f"What customers met with in {dimension}, less what they expected.",
        )
        for dimension in servqual.ITEMS
    ),
    review_score,
    review_score_bayesian,
    survey_response,
)
