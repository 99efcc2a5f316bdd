"""When what changed is published: together with what else changes, at once in a lull, seldom far behind the end."""

from streams.worker.patience import BACKLOG_SECONDS, Patience


def test_a_change_waits_as_long_as_more_is_heard_of() -> None:
    patience = Patience(1.0)
    assert [patience.now(behind=False, heard=heard, pending=True) for heard in (5, 6, 7, 7, 7, 9)] == [
        *(1.0, 1.0, 1.0),  # more came each time
        *(0.0, 0.0),  # a lull
        1.0,
    ]


def test_without_a_change_nothing_is_hurried() -> None:
    patience = Patience(1.0)
    assert [patience.now(behind=False, heard=3, pending=False) for _ in range(3)] == [1.0] * 3


def test_far_behind_the_end_it_waits_longer_whatever_is_heard() -> None:
    patience = Patience(0.5)
    assert [patience.now(behind=True, heard=heard, pending=True) for heard in (1, 1, 2)] == [BACKLOG_SECONDS] * 3
    assert patience.now(behind=False, heard=2, pending=True) == 0.0
