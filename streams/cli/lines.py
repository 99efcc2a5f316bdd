"""JSON Lines to a file or to standard output: events [R54], KPI records."""

import gzip
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

import click
import orjson
import zstandard

Sink = Callable[[dict[str, Any]], None]
RawSink = Callable[[bytes], Any]

STANDARD = "-"


@contextmanager
def sink(out: str) -> Iterator[Sink]:
    """Writes one object a line; otherwise as `raw_sink`."""
    with raw_sink(out) as write:
        yield lambda line: write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))


@contextmanager
def raw_sink(out: str) -> Iterator[RawSink]:
    """Writes bytes; `.gz` and `.zst` are packed, `-` is standard output.

    A file appears under its name only once it is whole; a pipe or a device is written to as it is, never replaced. A
    folder that is not there, or not ours, ends the command.
    """
    if out == STANDARD:
        yield sys.stdout.buffer.write
        sys.stdout.buffer.flush()
        return
    target = Path(out)
    special = target.exists() and not target.is_file()
    part = target if special else Path(f"{out}.part")
    try:
        raw_file = part.open("wb")
    except OSError as error:
        raise click.ClickException(
            f"{out}: {error.strerror or error}; name a file in a folder that is there"
        ) from error
    try:
        with raw_file as raw, _packed(out, raw) as packed:
            yield packed.write
        if not special:
            os.replace(part, out)
    finally:
        if not special:
            part.unlink(missing_ok=True)


def line_of(topic: str, value: Any) -> bytes:
    """An event's line. A value of bytes goes in as it is, so that what is no JSON makes a bad line."""
    raw = value if isinstance(value, bytes) else orjson.dumps(value)
    return b'{"topic":"%b","value":%b}\n' % (topic.encode(), raw)


def _packed(out: str, raw: BinaryIO) -> BinaryIO:
    if out.endswith(".gz"):
        return cast(BinaryIO, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0))
    if out.endswith(".zst"):
        return cast(BinaryIO, zstandard.ZstdCompressor().stream_writer(raw, closefd=False))
    return raw
