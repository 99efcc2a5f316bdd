"""Lines of event files: plain, .gz, .zst, or standard input, with progress."""

import gzip
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import click
import zstandard
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

STANDARD = "-"
LOOK_EVERY = 2_000
"""Lines."""


def read_lines(files: tuple[str, ...], console: Console) -> Iterator[bytes]:
    """The lines of the files one after the other; blank ones are left out.

    Raises `click.UsageError` where a file is missing, `click.ClickException` where it can not be read.
    """
    _there(files)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        for file in files:
            yield from _lines(file, progress)


def _there(files: tuple[str, ...]) -> None:
    """A pipe with a name, as the shell's `<(…)`, is as good as a file."""
    named = [Path(file) for file in files if file != STANDARD]
    missing = [str(path) for path in named if not path.exists()]
    if missing:
        raise click.UsageError(f"no such file: {', '.join(missing)}")
    folders = [str(path) for path in named if path.is_dir()]
    if folders:
        raise click.UsageError(f"not a file but a folder: {', '.join(folders)}")


def _lines(file: str, progress: Progress) -> Iterator[bytes]:
    try:
        with _opened(file) as (raw, stream):
            yield from _told(file, raw, stream, progress)
    except (OSError, EOFError, zstandard.ZstdError) as error:
        raise click.ClickException(f"{file}: {error}") from error


def _told(file: str, raw: BinaryIO, stream: BinaryIO, progress: Progress) -> Iterator[bytes]:
    """The lines, with a look at how far the file is every so often: telling of each line would cost more than it."""
    size = Path(file).stat().st_size if file != STANDARD and Path(file).is_file() else None
    task = progress.add_task(Path(file).name, total=size)
    for number, line in enumerate(stream):
        if number % LOOK_EVERY == 0 and size is not None:
            progress.update(task, completed=raw.tell())
        if not line.isspace():
            yield line


@contextmanager
def _opened(file: str) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """The file as it is stored, and as it reads."""
    if file == STANDARD:
        yield sys.stdin.buffer, sys.stdin.buffer
        return
    with Path(file).open("rb") as raw:
        if file.endswith(".gz"):
            yield raw, cast(BinaryIO, gzip.GzipFile(fileobj=raw))
        elif file.endswith(".zst"):
            yield raw, io.BufferedReader(zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True))
        else:
            yield raw, raw
