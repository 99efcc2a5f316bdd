"""The queues of the simulated departments: short while there are hands enough, growing where there are not."""

from random import Random

import pytest

from streams.importers.simulator_staff import DEPARTMENTS, Staff, opening
from streams.units import DAY, HOUR, MINUTE, SECOND

MONDAY = 1_767_571_200_000
EIGHT = MONDAY + 8 * HOUR
CASES = 2.5e-4
"""Cases each ms: a busy business, whose departments have some forty hands in writing."""


def staff(cases: float = CASES, *, steady: bool = False) -> Staff:
    return Staff(Random(1).random, cases, steady=steady)


def waits(people: Staff, count: int, every: float, begin: int = EIGHT, work: float = 280.0) -> list[int]:
    """How long each of so many pieces of work waits, where one comes every so many ms."""
    times = [int(begin + number * every) for number in range(count)]
    return [people.turn("billing", False, at, work) - at for at in times]


@pytest.mark.parametrize(
    ("at", "opened"),
    [
        (MONDAY, EIGHT),
        (MONDAY + 9 * HOUR, MONDAY + 9 * HOUR),
        (MONDAY + 18 * HOUR, EIGHT + DAY),
        (MONDAY + 5 * DAY + 8 * HOUR, MONDAY + 5 * DAY + 9 * HOUR),
        (MONDAY + 5 * DAY + 14 * HOUR, EIGHT + 7 * DAY),
    ],
)
def test_opening_hours(at: int, opened: int) -> None:
    assert opening(at) == opened
    assert staff().opening(at) == opened
    assert staff(steady=True).opening(at) == at


def test_nobody_waits_while_there_are_hands_enough() -> None:
    assert max(waits(staff(), 100, every=MINUTE)) == 0


def test_waits_grow_where_more_comes_than_can_be_done_and_shrink_again() -> None:
    people = staff()
    crowd = waits(people, 2_000, every=5 * SECOND)
    assert crowd == sorted(crowd)
    assert crowd[-1] > 20 * MINUTE
    calm = waits(people, 200, every=MINUTE, begin=EIGHT + 2_000 * 5 * SECOND)
    assert calm[0] > calm[10] > calm[-1] == 0


def test_what_is_left_at_closing_waits_until_the_next_day() -> None:
    people = staff()
    last = waits(people, 500, every=SECOND, begin=MONDAY + 17 * HOUR + 50 * MINUTE)[-1]
    assert 14 * HOUR < last < 16 * HOUR
    assert people.turn("billing", False, MONDAY + 3 * DAY + 2 * HOUR, 60) == MONDAY + 3 * DAY + 8 * HOUR


def test_each_department_and_each_line_has_a_queue_of_its_own() -> None:
    people = staff()
    assert waits(people, 2_000, every=SECOND)[-1] > HOUR
    others = [(name, line) for name in DEPARTMENTS for line in (True, False) if (name, line) != ("billing", False)]
    assert [people.turn(*queue, EIGHT + HOUR, 60) for queue in others] == [EIGHT + HOUR] * 7


def test_a_bigger_business_has_more_hands_and_a_small_one_never_fewer_than_eight() -> None:
    assert waits(staff(10 * CASES), 2_000, every=5 * SECOND)[-1] == 0
    tiny = waits(staff(CASES / 1000), 16, every=0, work=800)
    assert tiny[8] == 800 * SECOND, "eight at a time"


def test_people_differ_in_pace_and_care_and_have_names() -> None:
    people = {staff_.agent(name) for staff_ in [staff()] for name in DEPARTMENTS for _ in range(200)}
    assert len(people) == 32 == len({person.name for person in people})
    assert max(person.pace for person in people) > 1.4
    assert min(person.pace for person in people) < 0.8
    assert all(0.85 <= person.care <= 0.99 for person in people)
