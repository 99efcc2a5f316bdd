"""Records of the partials topic."""

import msgspec
import pytest

from streams.engine.partials import Heard, Progress, Told, cell_record, progress_record, read


def test_a_cell_there_and_back() -> None:
    key, value = cell_record(3, ("channel=email", -900_000), {5: 1, 7: -2})
    assert read(key, value) == Told(3, "channel=email", -900_000, {5: 1, 7: -2})


def test_an_empty_cell_is_a_deletion() -> None:
    key, value = cell_record(3, ("all", 0), {})
    assert value is None
    assert read(key, value) == Told(3, "all", 0, {})


def test_progress_there_and_back() -> None:
    progress = Progress(99, {10: 2, 20: 1})
    assert read(*progress_record(4, progress)) == Heard(4, progress)
    assert read(*progress_record(4, Progress(99))) == Heard(4, Progress(99))


def test_a_cell_has_one_key_whatever_it_holds() -> None:
    assert cell_record(1, ("all", 0), {5: 1})[0] == cell_record(1, ("all", 0), {})[0]
    keys = {cell_record(p, (scope, pane), {})[0] for p in (0, 1) for scope in ("all", "a=b") for pane in (0, 1)}
    assert len(keys | {progress_record(0, Progress(0))[0]}) == 9


@pytest.mark.parametrize(("key", "value"), [(b"", None), (b"\x91", b""), (b"\x93\x00\xa3all\x00", b"no")])
def test_anything_else_is_refused(key: bytes, value: bytes | None) -> None:
    with pytest.raises(msgspec.MsgspecError):
        read(key, value)
