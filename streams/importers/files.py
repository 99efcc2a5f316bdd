"""Text files as they come: plain, gzip, zstandard, or standard input for `-`."""

import csv
import gzip
import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO, TextIO, cast

import zstandard

from streams.importers.rows import Row, UnusableError

STANDARD = "-"


@contextmanager
def text(path: str, encoding: str = "utf-8-sig", raw: Callable[[BinaryIO], BinaryIO] | None = None) -> Iterator[TextIO]:
    """The file's text, unpacked by the ending of its name. `raw` may wrap the bytes as they are read, to count them."""
    with nullcontext(sys.stdin.buffer) if path == STANDARD else Path(path).open("rb") as opened:
        yield io.TextIOWrapper(_plain(path, raw(opened) if raw else opened), encoding=encoding, newline="")


def _plain(path: str, packed: BinaryIO) -> BinaryIO:
    if path.endswith(".gz"):
        return cast(BinaryIO, gzip.open(packed, "rb"))
    if path.endswith(".zst"):
        return cast(BinaryIO, zstandard.ZstdDecompressor().stream_reader(packed, read_across_frames=True))
    return packed


def rows(lines: TextIO, delimiter: str = ",") -> Iterator[Row]:
    """The rows of a csv file with a header; raises UnusableError where it cannot be read on."""
    reader = csv.DictReader(lines, delimiter=delimiter, strict=True)
    try:
        yield from reader
    except (csv.Error, OSError, EOFError, zstandard.ZstdError) as error:
        raise UnusableError(f"line {reader.line_num + 1} cannot be read as csv: {error}") from error
    except UnicodeDecodeError as error:
        raise UnusableError(
            f"after line {reader.line_num}: not {error.encoding} text; convert the file first"
        ) from error
