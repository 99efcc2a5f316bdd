"""The durable rows of a journal partition: their keys, and their bytes.

Every row holds `seen`, the last journal offset that it includes: an event at or below it does not touch it again.
"""

from collections.abc import Iterator
from typing import Protocol

import msgspec

from streams.cases.digests import Digest
from streams.events.model import Event
from streams.measures.vector import Vector

LAYOUT = 4
"""Of the rows below; raise it when they change their form: state of another layout is refused, never misread."""

POSITION = b"position"
INTENT = b"intent"
POLICIES = b"policies"
CASE, CUSTOMER = b"case/", b"customer/"
"""What the keys of these rows begin with."""
_CELL = b"cell/"


class Rows(Protocol):
    """Read access to the rows of one partition."""

    def get(self, key: bytes) -> bytes | None:
        """The row's bytes, or None."""

    def scan(self, prefix: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """All rows whose key starts so."""


class Position(msgspec.Struct, frozen=True, array_like=True):
    """`next` is the offset to read next, `watermark` the partition's in ms: all below `next` is in the rows.

    `greatest` is the latest instant of an event that counts, `definitions` the fingerprint of what the cells mean.
    """

    next: int = 0
    watermark: int = 0
    greatest: int = 0
    definitions: str = ""
    priced: bool = False
    """Whether customers are told of, since some cost is known."""


class Intent(msgspec.Struct, frozen=True, array_like=True):
    """A flush that includes everything up to `last` has begun; rows written by it may be there."""

    last: int = -1


class CellRow(msgspec.Struct, frozen=True, array_like=True):
    """The state of one scope in one pane."""

    seen: int
    vector: Vector


class CaseRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A case; what a start has to know of it stands first, so that it is found without its events.

    `codes` are those of the identities of its events, the losers' too (see `identities`).
    """

    due: int | None
    orphaned: bool
    codes: list[int]
    latest: int
    seen: int
    asof: int
    events: list[Event]
    losers: list[Event] = []
    told: dict[str, tuple[int, int, int]] = {}
    """Of obligations that were decided otherwise before: how often each was told (see `flush.Told`)."""
    editions: int = 0
    """Under how many of the journal's editions of policies its findings were told."""


class CaseHead(msgspec.Struct, frozen=True, array_like=True):
    """The start of a `CaseRow`."""

    due: int | None
    orphaned: bool
    codes: list[int]
    latest: int


class EditionRow(msgspec.Struct, frozen=True, array_like=True):
    """An edition of policies: the journal offset that it stands at, since when it is in force, in ms, and its TOML."""

    offset: int
    since: int
    policies: str


class CustomerRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A customer: what each of his cases says, by its reference."""

    due: int | None
    asof: int
    digests: dict[str, Digest]


class CustomerHead(msgspec.Struct, frozen=True, array_like=True):
    """The start of a `CustomerRow`."""

    due: int | None


encode = msgspec.msgpack.Encoder().encode
decode_position = msgspec.msgpack.Decoder(Position).decode
decode_intent = msgspec.msgpack.Decoder(Intent).decode
decode_editions = msgspec.msgpack.Decoder(list[EditionRow]).decode
decode_cell = msgspec.msgpack.Decoder(CellRow).decode
decode_case = msgspec.msgpack.Decoder(CaseRow).decode
decode_customer = msgspec.msgpack.Decoder(CustomerRow).decode
decode_customer_head = msgspec.msgpack.Decoder(CustomerHead).decode
decode_head = msgspec.msgpack.Decoder(CaseHead).decode

Row = tuple[bytes, bytes | None]
"""Key and value; None deletes the row."""
CellKey = tuple[str, int]
"""A scope and the start of its pane."""


def cell_key(key: CellKey) -> bytes:
    """The row key of a cell."""
    return _CELL + encode(key)


def case_key(ref: str) -> bytes:
    """The row key of a case."""
    return CASE + ref.encode()


def customer_key(name: str) -> bytes:
    """The row key of a customer."""
    return CUSTOMER + name.encode()


def customers(rows: Rows) -> Iterator[tuple[str, bytes]]:
    """All customer rows: customer and bytes."""
    return ((key[len(CUSTOMER) :].decode(), data) for key, data in rows.scan(CUSTOMER))


def cases(rows: Rows, start: str = "") -> Iterator[tuple[str, bytes]]:
    """The case rows whose reference starts so: reference and bytes."""
    return ((key[len(CASE) :].decode(), data) for key, data in rows.scan(CASE + start.encode()))


def cell_keys(rows: Rows) -> Iterator[CellKey]:
    """The keys of all cell rows."""
    return (key for key, _ in cells(rows))


def cells(rows: Rows) -> Iterator[tuple[CellKey, bytes]]:
    """All cell rows: key and bytes."""
    return ((_cell_key(key[len(_CELL) :]), data) for key, data in rows.scan(_CELL))


_cell_key = msgspec.msgpack.Decoder(tuple[str, int]).decode


def legible(key: bytes, value: bytes) -> bool:
    """Whether a row says what its key promises. Rows under other keys than ours are never read, and so do no harm."""
    try:
        _read(key, value)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return True


def _read(key: bytes, value: bytes) -> None:
    if key == POSITION:
        decode_position(value)
    elif key == INTENT:
        decode_intent(value)
    elif key == POLICIES:
        decode_editions(value)
    elif key.startswith(_CELL):
        _cell_key(key[len(_CELL) :])
        decode_cell(value)
    elif key.startswith(CASE):
        key.decode()
        decode_case(value)
    elif key.startswith(CUSTOMER):
        key.decode()
        decode_customer(value)
