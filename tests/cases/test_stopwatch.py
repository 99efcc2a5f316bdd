"""Golden sequences of the stopwatch, by hand; the laws are in tests/laws."""

from streams.cases.findings import Outcome
from streams.cases.stopwatch import Regime, Stopwatch
from streams.cases.working import ALWAYS
from streams.units import DAY, HOUR, MINUTE, SECOND
from streams.windows.business import BusinessCalendar
from streams.windows.hours import Hours
from tests.windows.test_hours import week
from tests.windows.test_sizes import ms

OFFICE = BusinessCalendar(Hours("Europe/Berlin", week(mon_fri="09:00-17:00")))


def at(text: str) -> int:
    """March 2026 in Berlin; the 2nd is a Monday."""
    return ms(f"2026-03-{text}", "Europe/Berlin")


def test_a_wait_over_a_weekend() -> None:
    """Friday 15:00, 4 h: one hour spent when the wait begins at 16:00, three are left on Monday at 10:00."""
    watch = Stopwatch(at("06T15:00"), Regime(4 * HOUR, OFFICE, pausable=True, warnings=(50,)))
    watch.wait(at("06T16:00"))
    assert watch.due is None
    watch.settle(at("09T10:00"))
    assert (watch.outcome, watch.warned, watch.spent(at("09T10:00"))) == (Outcome.OPEN, {}, HOUR)
    watch.resume(at("09T10:00"))
    assert watch.due == at("09T13:00")
    assert list(watch.upcoming()) == [(50, at("09T11:00"))]
    watch.settle(at("09T18:00"))
    assert (watch.outcome, watch.decided_at) == (Outcome.BREACHED, at("09T13:00"))


def test_the_weekend_counts_on_a_clock_that_does_not_pause() -> None:
    watch = Stopwatch(at("06T15:00"), Regime(4 * HOUR, OFFICE))
    watch.wait(at("06T16:00"))
    assert watch.due == at("09T11:00")


def test_waiting_and_resuming_twice_within_a_minute() -> None:
    """30 s of the minute are spent: 0-10, 20-30 and 50-60."""
    start = at("02T10:00")
    watch = Stopwatch(start, Regime(10 * MINUTE, pausable=True, warnings=(50, 75, 90)))
    for second, what in ((10, watch.wait), (20, watch.resume), (30, watch.wait), (50, watch.resume)):
        what(start + second * SECOND)
    assert watch.spent(start + MINUTE) == 30 * SECOND
    assert watch.due == start + 10 * MINUTE + 30 * SECOND
    watch.settle(start + HOUR)
    late = start + 30 * SECOND
    assert watch.warned == {50: late + 5 * MINUTE, 75: late + 7 * MINUTE + 30 * SECOND, 90: late + 9 * MINUTE}


def test_a_wait_twice_is_one_and_a_resume_without_one_is_nothing() -> None:
    watch = Stopwatch(0, Regime(100, pausable=True))
    watch.resume(10)
    watch.wait(20)
    watch.wait(30)
    watch.resume(40)
    assert watch.due == 120


def test_a_warning_is_given_once_and_a_pause_holds_back_the_next() -> None:
    watch = Stopwatch(0, Regime(100, pausable=True, warnings=(50, 75)))
    watch.wait(60)
    assert list(watch.upcoming()) == []
    watch.resume(1000)
    assert list(watch.upcoming()) == [(75, 1015)]
    watch.settle(1030)
    assert watch.warned == {50: 50, 75: 1015}


def test_a_pause_at_the_very_instant_of_a_warning_holds_it_back() -> None:
    watch = Stopwatch(0, Regime(100, pausable=True, warnings=(50,)))
    watch.wait(50)
    watch.resume(80)
    watch.settle(90)
    assert watch.warned == {50: 80}


def test_a_raised_priority_whose_target_is_used_up_is_breached_then() -> None:
    """8 h from Monday 9:00; at 14:00, with 5 h spent, only 1 h is allowed: breached at 14:00, not at 10:00."""
    watch = Stopwatch(at("02T09:00"), Regime(8 * HOUR, OFFICE, warnings=(50, 75)))
    watch.change(at("02T14:00"), Regime(HOUR, OFFICE, warnings=(50, 75)))
    assert watch.due == at("02T14:00")
    watch.settle(at("02T14:00") + 1)
    assert (watch.outcome, watch.decided_at) == (Outcome.BREACHED, at("02T14:00"))
    assert watch.warned == {50: at("02T13:00")}


def test_a_raised_priority_with_time_left_moves_the_deadline() -> None:
    watch = Stopwatch(at("02T09:00"), Regime(8 * HOUR, OFFICE))
    watch.change(at("02T10:00"), Regime(2 * HOUR, OFFICE))
    assert watch.due == at("02T11:00")


def test_a_change_while_paused_counts_when_it_goes_on() -> None:
    watch = Stopwatch(at("02T09:00"), Regime(8 * HOUR, OFFICE, pausable=True))
    watch.wait(at("02T12:00"))
    watch.change(at("02T13:00"), Regime(2 * HOUR, OFFICE, pausable=True))
    watch.settle(at("02T15:00"))
    assert (watch.outcome, watch.due) == (Outcome.OPEN, None)
    watch.resume(at("02T15:00"))
    assert watch.due == at("02T15:00")


def test_a_policy_that_no_longer_pauses_starts_a_waiting_clock() -> None:
    watch = Stopwatch(0, Regime(100, pausable=True))
    watch.wait(10)
    watch.change(50, Regime(100))
    assert watch.due == 140


def test_an_edited_policy_counts_from_its_own_instant_on() -> None:
    """From Monday 9:00 around the clock; from 17:00 on, with 8 h of 12 h spent, in office hours only."""
    watch = Stopwatch(at("02T09:00"), Regime(12 * HOUR))
    watch.change(at("02T17:00"), Regime(12 * HOUR, OFFICE))
    assert watch.due == at("03T13:00")
    assert watch.spent(at("03T10:00")) == 9 * HOUR


def test_an_edit_leaves_what_was_decided() -> None:
    watch = Stopwatch(0, Regime(100))
    watch.change(101, Regime(1000))
    assert (watch.outcome, watch.decided_at, watch.due) == (Outcome.BREACHED, 100, 100)
    watch.stop(150)
    assert (watch.outcome, watch.spent(200)) == (Outcome.BREACHED, 150)


def test_an_answer_at_the_millisecond_of_the_deadline_is_in_time() -> None:
    for end, outcome, decided in ((100, Outcome.MET, 100), (101, Outcome.BREACHED, 100)):
        watch = Stopwatch(0, Regime(100))
        watch.stop(end)
        assert (watch.outcome, watch.decided_at, watch.due) == (outcome, decided, 100)


def test_an_answer_exactly_at_closing_is_in_time_and_one_at_the_next_opening_is_not() -> None:
    for end, outcome in ((at("06T17:00"), Outcome.MET), (at("09T09:00"), Outcome.BREACHED)):
        watch = Stopwatch(at("06T15:00"), Regime(2 * HOUR, OFFICE))
        watch.stop(end)
        assert watch.outcome is outcome


def test_it_is_open_until_the_deadline_has_passed() -> None:
    watch = Stopwatch(0, Regime(100))
    watch.settle(100)
    assert watch.outcome is Outcome.OPEN
    watch.settle(101)
    assert watch.outcome is Outcome.BREACHED


def test_an_answer_while_paused_is_in_time_and_has_no_deadline() -> None:
    watch = Stopwatch(0, Regime(100, pausable=True))
    watch.wait(99)
    watch.stop(5_000)
    assert (watch.outcome, watch.decided_at, watch.due, watch.spent(9_000)) == (Outcome.MET, 5_000, None, 99)


def test_what_is_void_before_its_deadline_is_decided_no_more() -> None:
    watch = Stopwatch(0, Regime(100))
    watch.void(100)
    watch.settle(DAY)
    assert (watch.outcome, watch.decided_at) == (Outcome.VOID, 100)


def test_a_breach_outlasts_a_later_void() -> None:
    watch = Stopwatch(0, Regime(100))
    watch.void(101)
    assert watch.outcome is Outcome.BREACHED


def test_quiet_hours_hold_a_warning_back_to_their_end() -> None:
    night = BusinessCalendar(Hours("Europe/Berlin", week(mon_sun="20:00-07:00")))
    watch = Stopwatch(at("02T18:00"), Regime(18 * HOUR, ALWAYS, warnings=(10, 50, 90), quiet=night))
    assert list(watch.upcoming()) == [(10, at("02T19:48")), (50, at("03T07:00")), (90, at("03T10:12"))]


def test_quiet_hours_beyond_the_deadline_leave_the_warning_out() -> None:
    night = BusinessCalendar(Hours("Europe/Berlin", week(mon_sun="20:00-07:00")))
    watch = Stopwatch(at("02T18:00"), Regime(13 * HOUR, ALWAYS, warnings=(50,), quiet=night))
    watch.settle(at("04T00:00"))
    assert (watch.warned, watch.decided_at) == ({}, at("03T07:00"))


def test_an_end_before_its_start_is_in_time_and_took_no_time() -> None:
    watch = Stopwatch(1_000, Regime(100))
    watch.stop(900)
    assert (watch.outcome, watch.decided_at, watch.spent(2_000)) == (Outcome.MET, 900, 0)


def test_what_is_told_late_counts_from_the_last_instant_on() -> None:
    watch = Stopwatch(0, Regime(100, pausable=True))
    watch.wait(80)
    watch.resume(60)
    assert (watch.due, watch.spent(90)) == (100, 90)


def test_it_can_begin_in_a_wait() -> None:
    watch = Stopwatch(0, Regime(100, pausable=True), waiting=True)
    assert watch.due is None
    watch.resume(50)
    assert watch.due == 150
