"""Where commands write: files that appear whole, and pipes and devices that stay what they are."""

import os
import stat
import threading
from pathlib import Path

import click
import pytest

from streams.cli.lines import raw_sink, sink


def test_a_file_appears_once_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text("before")
    with sink(str(path)) as put:
        put({"a": 1})
        assert path.read_text() == "before"
    assert path.read_bytes() == b'{"a":1}\n'
    assert os.listdir(tmp_path) == ["out.jsonl"]


def test_what_fails_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text("before")
    with pytest.raises(ZeroDivisionError), raw_sink(str(path)) as write:
        write(b"half %d" % (1 // 0))
    assert path.read_text() == "before"
    assert os.listdir(tmp_path) == ["out.jsonl"]


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    """As /dev/null and /dev/stdout are, which root could replace by a file."""
    path, found = tmp_path / "pipe", []
    os.mkfifo(path)
    reader = threading.Thread(target=lambda: found.append(path.read_bytes()))
    reader.start()
    with raw_sink(str(path)) as write:
        write(b"through")
    reader.join(timeout=10)
    assert found == [b"through"]
    assert stat.S_ISFIFO(path.stat().st_mode)
    assert os.listdir(tmp_path) == ["pipe"]


@pytest.mark.parametrize("out", ["nowhere/out.jsonl", "."])
def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, out: str) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(click.ClickException, match="name a file in a folder"), raw_sink(out):
        pass
