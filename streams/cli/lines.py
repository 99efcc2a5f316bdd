"""Events written as JSON Lines [R54], to a file or to standard output."""

import gzip
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

import orjson
import zstandard

Sink = Callable[[dict[str, Any]], None]

STANDARD = "-"


@contextmanager
def sink(out: str) -> Iterator[Sink]:
    """Writes one object a line; `.gz` and `.zst` are packed, `-` is standard output.

    A file appears under its name only once it is whole.
    """
    if out == STANDARD:
        yield _writer(sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    part = Path(f"{out}.part")
    try:
        with part.open("wb") as raw, _packed(out, raw) as packed:
            yield _writer(packed)
        os.replace(part, out)
    finally:
        part.unlink(missing_ok=True)


def _writer(to: BinaryIO) -> Sink:
    def put(line: dict[str, Any]) -> None:
        to.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))

    return put


def _packed(out: str, raw: BinaryIO) -> BinaryIO:
    if out.endswith(".gz"):
        return cast(BinaryIO, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0))
    if out.endswith(".zst"):
        return cast(BinaryIO, zstandard.ZstdCompressor().stream_writer(raw, closefd=False))
    return raw
