"""What stays decoded: what is to be written, and about so many of the others."""

from streams.engine.recent import Recent


def recent(*names: str) -> Recent[int, str]:
    made = Recent[int, str]()
    made.decoded.update({name: number for number, name in enumerate(names)})
    return made


def test_what_is_to_be_written_stays_and_others_make_room() -> None:
    held = recent("a", "b", "c")
    held.change(["a", "b"], keep=1)
    assert (list(held.decoded), list(held.dirty)) == (["a", "b"], ["a", "b"])


def test_of_what_is_too_much_no_more_is_kept_than_is_written() -> None:
    held = recent("a", "b")
    held.change(["a", "b"], keep=1)
    for name in ("a", "b"):
        held.shelve(name, keep=1, shelved=str.upper)
    assert (held.shelved, held.decoded) == ({"a": "A"}, {"b": 1})
    assert list(held.written(keep=1)) == [1]


def test_what_was_written_is_clean_and_stays_last() -> None:
    held = recent("a", "b", "c")
    held.change(["a"], keep=3)
    assert list(held.written(keep=2)) == [0]
    assert (list(held.decoded), held.dirty, held.shelved) == (["c", "a"], {}, {})
