"""Deadlines: the earliest first, each told once."""

from hypothesis import given
from hypothesis import strategies as st

from streams.engine.deadlines import Deadlines


def of(**dues: int | None) -> Deadlines:
    deadlines = Deadlines()
    for ref, due in dues.items():
        deadlines.set(ref, due)
    return deadlines


def test_those_before_the_watermark_have_passed_and_are_told_once() -> None:
    deadlines = of(a=5, b=3, c=9)
    assert deadlines.earliest == 3
    assert deadlines.passed(5) == ["b"]
    assert deadlines.passed(6) == ["a"]
    assert deadlines.passed(6) == []
    assert (len(deadlines), deadlines.earliest) == (1, 9)


def test_a_moved_deadline_counts_where_it_went() -> None:
    deadlines = of(a=5, b=6)
    deadlines.set("a", 9)
    assert deadlines.passed(8) == ["b"]
    assert deadlines.passed(10) == ["a"]


def test_there_and_back_is_told_once() -> None:
    deadlines = of(a=5)
    deadlines.set("a", 9)
    deadlines.set("a", 5)
    assert deadlines.passed(100) == ["a"]


def test_none_takes_it_away_and_may_come_again() -> None:
    deadlines = of(a=5, b=None)
    deadlines.set("a", None)
    assert len(deadlines) == 0
    assert deadlines.passed(100) == []
    deadlines.set("a", 5)
    assert deadlines.passed(100) == ["a"]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.none() | st.integers(0, 9)) | st.integers(0, 10)))
def test_like_a_plain_table(steps: list[tuple[str, int | None] | int]) -> None:
    deadlines, table = Deadlines(), dict[str, int]()
    for step in steps:
        if isinstance(step, int):
            gone = {ref for ref, due in table.items() if due < step}
            assert sorted(deadlines.passed(step)) == sorted(gone)
            table = {ref: due for ref, due in table.items() if ref not in gone}
        else:
            ref, due = step
            deadlines.set(ref, due)
            table.pop(ref, None)
            table |= {} if due is None else {ref: due}
        assert len(deadlines) == len(table)
