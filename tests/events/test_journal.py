"""Journal records: what goes in comes out, and what was written before a field was added is still read."""

import msgspec
import pytest

from streams.events.journal import Entry, Tick, decode, encode
from tests.make import opened

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.mark.parametrize(
    "record", [Entry(opened(5)), Entry(opened(5), 3, 17, 1_000, TRACE), Tick(7), Tick(7, last=True)]
)
def test_a_record_comes_out_as_it_went_in(record: Entry | Tick) -> None:
    assert decode(encode(record)) == record


def test_an_entry_without_a_trace_is_read() -> None:
    event = opened(5)
    tag, told, *place = msgspec.msgpack.decode(encode(Entry(event, 3, 17, 1_000)))
    assert decode(msgspec.msgpack.encode([tag, told, *place[:3]])) == Entry(event, 3, 17, 1_000)


@pytest.mark.parametrize("data", [b"", b"\xc0", b"\x93\x03\x01\x01", b"\xff" * 9])
def test_anything_else_is_an_error(data: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        decode(data)
