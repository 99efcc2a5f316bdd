"""Stages that stand still are restarted once, then given up; those that rest or move are left alone."""

from streams.worker.watchdog import PROBATION, Stage, Verdict, Watchdog

PATIENCE = 10.0
STILL = {"flush": Stage(True, 1)}
NOTHING: tuple[None, list[str]] = (None, [])


def looks(watchdog: Watchdog, stages: dict[str, Stage], start: float, end: float) -> list[Verdict]:
    """What it says, a look a second."""
    told = [watchdog.look(stages, now)[0] for now in range(int(start), int(end) + 1)]
    return [verdict for verdict in told if verdict is not None]


def test_a_stage_that_stands_still_is_restarted_after_the_patience_and_not_before() -> None:
    watchdog = Watchdog(PATIENCE)
    assert looks(watchdog, STILL, 0, 9) == []
    assert watchdog.look(STILL, 10) == (Verdict.RESTART, ["flush"])
    assert watchdog.restarts == 1


def test_one_that_does_so_again_soon_is_given_up() -> None:
    watchdog = Watchdog(PATIENCE)
    assert looks(watchdog, STILL, 0, 21) == [Verdict.RESTART, Verdict.GIVE_UP]


def test_one_that_does_so_again_much_later_is_restarted_again() -> None:
    watchdog = Watchdog(PATIENCE)
    assert looks(watchdog, STILL, 0, 10) == [Verdict.RESTART]
    later = int(10 + PROBATION * PATIENCE)
    assert looks(watchdog, {"flush": Stage(False, 1)}, 11, later) == []
    assert looks(watchdog, STILL, later + 1, later + 11) == [Verdict.RESTART]


def test_progress_rest_and_absence_begin_the_waiting_anew() -> None:
    watchdog = Watchdog(PATIENCE)
    for stages in ({"flush": Stage(True, 2)}, {"flush": Stage(False, 1)}, {}):
        assert looks(watchdog, STILL, 0, 9) == []
        assert looks(watchdog, stages, 10, 10) == []
        assert looks(watchdog, STILL, 11, 19) == []
        watchdog = Watchdog(PATIENCE)


def test_only_those_that_stand_still_are_named() -> None:
    watchdog = Watchdog(PATIENCE)
    for now in range(10):
        watchdog.look({"a": Stage(True, now), "b": Stage(True, None), "c": Stage(False, None)}, now)
    assert watchdog.look({"a": Stage(True, 99), "b": Stage(True, None), "c": Stage(False, None)}, 10)[1] == ["b"]


def test_time_in_which_nobody_looked_does_not_count() -> None:
    watchdog = Watchdog(PATIENCE)
    assert looks(watchdog, STILL, 0, 5) == []
    assert watchdog.look(STILL, 95) == NOTHING, "the process was suspended"
    assert looks(watchdog, STILL, 96, 104) == []
    assert looks(watchdog, STILL, 105, 105) == [Verdict.RESTART]


def test_forgiving_begins_the_waiting_anew() -> None:
    watchdog = Watchdog(PATIENCE)
    assert looks(watchdog, STILL, 0, 9) == []
    watchdog.forgive()
    assert looks(watchdog, STILL, 10, 19) == []
