"""Records of the partials topic: a journal partition tells a cell, or how far it is.

The topic is compacted; a record's key names the journal partition, and for a cell its scope and pane too, so the last
record of a key is all that is ever needed of it.
"""

import msgspec

from streams.engine.rows import CellKey
from streams.measures.vector import Vector


class Progress(msgspec.Struct, frozen=True, array_like=True):
    """A partition's watermark in ms, and when the events that it now includes were produced: instant in ms → how many.

    Instants are rounded down to `RESOLUTION` ms; they tell latency and no number.
    """

    watermark: int
    produced: dict[int, int] = {}


class Told(msgspec.Struct, frozen=True):
    """A cell as a journal partition tells it, absolute."""

    partition: int
    scope: str
    pane: int
    vector: Vector


class Heard(msgspec.Struct, frozen=True):
    """The progress of a journal partition."""

    partition: int
    progress: Progress


RESOLUTION = 10

_encode = msgspec.msgpack.Encoder().encode
_decode_cell_key = msgspec.msgpack.Decoder(list[int | str]).decode
_decode_vector = msgspec.msgpack.Decoder(Vector).decode
_decode_progress = msgspec.msgpack.Decoder(Progress).decode


def cell_record(partition: int, cell: CellKey, vector: Vector) -> tuple[bytes, bytes | None]:
    """Key and value of a cell; an empty cell is a deletion."""
    return _encode((partition, *cell)), _encode(vector) if vector else None


def progress_record(partition: int, progress: Progress) -> tuple[bytes, bytes | None]:
    """Key and value of a progress."""
    return _encode((partition,)), _encode(progress)


def read(key: bytes, value: bytes | None) -> Told | Heard:
    """The inverse of both; raises `msgspec.DecodeError` on anything else."""
    parts = _decode_cell_key(key)
    if len(parts) == 1:
        return Heard(int(parts[0]), _decode_progress(value or b"\x91\x00"))
    partition, scope, pane = parts
    return Told(int(partition), str(scope), int(pane), _decode_vector(value) if value else {})
