"""The journal's records: an accepted event with where it came from, a tick of the clock, or an edition of policies."""

import msgspec

from streams.events.model import Event


class Entry(msgspec.Struct, frozen=True, array_like=True, tag=1, gc=False):
    """An accepted event; `partition` and `offset` say where on its raw topic it was read, `produced` when it was
    produced, in ms, `traceparent` to which trace it belongs."""

    event: Event
    partition: int = 0
    offset: int = 0
    produced: int = 0
    traceparent: str | None = None


class Tick(msgspec.Struct, frozen=True, array_like=True, tag=2, gc=False):
    """Moves the watermark of a journal partition to an instant, in ms, without an event [R56].

    `last` ends a finished input: the watermark becomes just that, even where an event that lost to another of its
    identity had moved it further.
    """

    watermark: int
    last: bool = False


class Amendment(msgspec.Struct, frozen=True, array_like=True, tag=3):
    """Policies, as TOML, that are in force from an instant on, in ms; how they are read is an affair of `sla`.

    It stands in every journal partition, so that a replay of one finds it where its cases did.
    """

    since: int
    policies: str


Record = Entry | Tick | Amendment

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Record).decode


def encode(record: Record) -> bytes:
    """A journal record as MessagePack."""
    return _encode(record)


def decode(data: bytes) -> Record:
    """The inverse of `encode`; raises `msgspec.DecodeError` on anything else."""
    record: Record = _decode(data)
    return record
