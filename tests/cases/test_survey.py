"""Surveys: which answer counts, and what it says."""

from typing import Any

import pytest

from streams.cases.survey import positive, survey_findings
from streams.events.model import Event
from tests.make import answered


def facts(*events: Event) -> list[Any]:
    return survey_findings(events, 0).facts


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


@pytest.mark.parametrize("kind", ["ces", "review"])
def test_other_kinds_tell_nothing_here(kind: str) -> None:
    assert facts(answered(5, kind, 5)) == []
