"""KPIs of satisfaction: CSAT and Net Promoter Scores."""

from streams.cases import facts
from streams.kpis.model import Score, ScorePart, Share
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
)
