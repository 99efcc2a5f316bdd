"""Lines of event files: plain, .gz, .zst, or standard input, with progress."""

import gzip
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import click
import zstandard
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

STANDARD = "-"


def read_lines(files: tuple[str, ...], console: Console) -> Iterator[bytes]:
    """The lines of the files one after the other; blank ones are left out.

    Raises `click.UsageError` where a file is missing, `click.ClickException` where it can not be read.
    """
    missing = [file for file in files if file != STANDARD and not Path(file).is_file()]
    if missing:
        raise click.UsageError(f"no such file: {', '.join(missing)}")
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        for file in files:
            yield from _lines(file, progress)


def _lines(file: str, progress: Progress) -> Iterator[bytes]:
    try:
        with _opened(file, progress) as stream:
            yield from (line for line in stream if not line.isspace())
    except (OSError, EOFError, zstandard.ZstdError) as error:
        raise click.ClickException(f"{file}: {error}") from error


def _opened(file: str, progress: Progress) -> BinaryIO:
    if file == STANDARD:
        return sys.stdin.buffer
    raw = progress.open(file, "rb", description=Path(file).name)
    if file.endswith(".gz"):
        return cast(BinaryIO, gzip.GzipFile(fileobj=raw))
    if file.endswith(".zst"):
        return io.BufferedReader(zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True))
    return raw
