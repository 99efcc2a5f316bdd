"""Surveys: which answer counts, and what it says [R7, R8, R35, R36, R43]."""

from typing import Any

import pytest

from streams.cases.servqual import SCALE as GAP
from streams.cases.survey import SCALE, positive, survey_findings
from streams.events.model import Event, Servqual
from tests.make import answered


def facts(*events: Event) -> list[Any]:
    """What answers tell; of responses see below."""
    return [fact for fact in survey_findings(events, 0).facts if fact[0] != "survey_invited"]


def servqual(expectations: list[float | None], perceptions: list[float | None]) -> Servqual:
    return Servqual(instrument="servqual-1991", expectations=tuple(expectations), perceptions=tuple(perceptions))


@pytest.mark.parametrize(
    ("scale", "scores"),
    [
        (None, {1: False, 3: False, 4: True, 5: True}),
        ("1:5", {3: False, 4: True}),
        ("stars", {3: False, 4: True}),
        ("1:10", {7: False, 8: True, 10: True}),
    ],
)
def test_numeric_scales(scale: str | None, scores: dict[int, bool]) -> None:
    assert {score: positive(answered(0, score=score, scale=scale)) for score in scores} == scores


@pytest.mark.parametrize("label", ["yes", "satisfied", "very_satisfied", "😀", "🙂"])
def test_positive_labels(label: str) -> None:
    assert positive(answered(0, label=label))


@pytest.mark.parametrize("label", ["no", "neutral", "dissatisfied", "very_dissatisfied", "😐", "🙁", "😡", "😞"])
def test_other_labels(label: str) -> None:
    assert not positive(answered(0, label=label))


def test_csat_carries_its_own_dimensions() -> None:
    answer = answered(5, score=4, timing="cold", channel="web", department="care", agent_id="a1")
    assert facts(answer) == [("csat", 5, ("cold", "web", "care", "a1"), (True,))]


@pytest.mark.parametrize("timing", ["hot", "cold"])
def test_nps_is_kept_by_timing(timing: str) -> None:
    answer = answered(5, "nps", 9, timing=timing, region="north")
    assert facts(answer) == [(f"nps_{timing}", 5, ("unknown", "north", "unknown"), (9,))]


def test_the_latest_answer_replaces_the_others() -> None:
    late, early = answered(9, score=1), answered(5, score=5)
    assert facts(late, early) == [("csat", 9, ("hot", "unknown", "unknown", "unknown"), (False,))]


def test_a_dismissal_replaces_an_answer_and_an_invitation_never_does() -> None:
    answer, invitation, dismissal = answered(5, score=5), answered(9), answered(9, dismissed=True)
    assert len(facts(answer, invitation)) == 1
    assert facts(answer, dismissal) == []
    assert facts(answer, answered(9, score=5, dismissed=True)) == []
    assert len(facts(dismissal, answered(10, score=5))) == 1


def test_effort_and_stars_are_kept_in_parts_of_a_point() -> None:
    """[R35] 5 and more of 7 is easy."""
    assert facts(answered(5, "ces", 4.9, channel="web")) == [("ces", 5, ("web",), (4_900_000_000, False))]
    assert facts(answered(5, "ces", 5)) == [("ces", 5, ("unknown",), (5 * SCALE, True))]
    assert facts(answered(5, "review", 3.5, scale="stars", channel="maps")) == [
        ("review", 5, ("maps",), (3_500_000_000,))
    ]


def test_an_edited_review_counts_when_it_was_edited() -> None:
    """[R36]"""
    assert facts(answered(5, "review", 5), answered(9, "review", 2)) == [("review", 9, ("unknown",), (2 * SCALE,))]


def test_gaps_are_one_fact_with_none_for_what_is_missing() -> None:
    told = servqual([6.0] * 4 + [None] * 18, [5.0] * 22)
    assert facts(answered(5, "servqual", servqual=told, channel="web")) == [
        ("servqual", 5, ("web",), (None, None, -GAP, None, None, None, None))
    ]


def test_gaps_of_too_few_pairs_are_no_fact() -> None:
    """[R38]"""
    assert facts(answered(5, "servqual", servqual=servqual([6.0] + [None] * 21, [5.0] * 22))) == []


def response(*events: Event) -> list[Any]:
    return [fact for fact in survey_findings(events, 0).facts if fact[0] == "survey_invited"]


def test_a_response_counts_when_it_was_invited() -> None:
    """[R43]"""
    assert response(answered(9, score=5, invited_at=2, channel="web")) == [("survey_invited", 2, ("web",), (True,))]
    assert response(answered(9, dismissed=True, invited_at=2)) == [("survey_invited", 2, ("unknown",), (True,))]


def test_an_invitation_counts_at_its_own_instant_where_it_tells_no_other() -> None:
    """[R43]"""
    assert response(answered(9)) == [("survey_invited", 9, ("unknown",), (False,))]
    assert response(answered(9, invited_at=2)) == [("survey_invited", 2, ("unknown",), (False,))]
    assert response(answered(3), answered(9)) == [("survey_invited", 9, ("unknown",), (False,))]


def test_a_response_that_tells_no_invitation_is_left_out() -> None:
    """[R43]: the answer stands for the survey [R7], and says nothing of when it was invited."""
    assert response(answered(9, score=5)) == []
    assert response(answered(3, invited_at=2), answered(9, score=5)) == []


def test_a_later_invitation_replaces_no_response() -> None:
    """[R43]"""
    answer = answered(5, score=5, invited_at=2)
    assert response(answer, answered(9, invited_at=8)) == [("survey_invited", 2, ("unknown",), (True,))]
