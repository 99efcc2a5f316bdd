"""The one rule for "within a target", and what findings know of themselves."""

import pytest

from streams.cases.findings import Findings, Obligation, Outcome, decide

OPEN, MET, BREACHED, VOID = Outcome.OPEN, Outcome.MET, Outcome.BREACHED, Outcome.VOID


@pytest.mark.parametrize(
    ("end", "void_at", "asof", "expected"),
    [
        (10, None, 0, (MET, 10)),
        (11, None, 0, (BREACHED, 10)),
        (None, None, 10, (OPEN, None)),
        (None, None, 11, (BREACHED, 10)),
        (None, 10, 0, (VOID, 10)),
        (None, 11, 0, (OPEN, None)),
        (None, 11, 99, (BREACHED, 10)),
        (5, 6, 0, (MET, 5)),
        (6, 6, 0, (VOID, 6)),
        (11, 6, 0, (VOID, 6)),
        (11, 12, 0, (BREACHED, 10)),
        (-3, None, 0, (MET, -3)),
    ],
)
def test_decided_once_at_the_end_or_the_deadline(
    end: int | None, void_at: int | None, asof: int, expected: tuple[Outcome, int | None]
) -> None:
    made = decide("reply", 0, 10, end, void_at, asof, 2)
    assert (made.outcome, made.decided_at) == expected
    assert (made.key, made.start, made.deadline) == (("reply", 2, 1), 0, 10)


def test_a_span_that_ends_before_it_starts_is_zero_and_counted() -> None:
    found = Findings()
    assert [found.span(3, 5), found.span(5, 5), found.span(5, 3)] == [2, 0, 0]
    assert found.negatives == 1


def test_due_is_the_earliest_open_deadline() -> None:
    promises = [Obligation("a", 0, 5, MET, 4), Obligation("b", 0, 9, OPEN), Obligation("c", 0, 7, OPEN)]
    assert Findings(obligations=promises).due == 7
    assert Findings(obligations=promises[:1]).due is None


def test_what_is_paused_is_not_due() -> None:
    promises = [Obligation("a", 0, 5, OPEN, paused=True), Obligation("b", 0, 9, OPEN)]
    assert Findings(obligations=promises).due == 9
