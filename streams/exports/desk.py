"""Records of the topic `desk`, inside: tickets in whose hands they are, and how far each journal partition has come."""

import msgspec

from streams.cases.handed import InHand

_TICKET, _PROGRESS, _UPTO = b"t", b"p", b"u"
_encode = msgspec.msgpack.Encoder().encode
_ticket = msgspec.msgpack.Decoder(InHand).decode
_instant = msgspec.msgpack.Decoder(int).decode

Record = tuple[bytes, bytes | None]


class Ticket(msgspec.Struct, frozen=True):
    """A ticket as it stands; None where it has left."""

    ref: str
    story: InHand | None


class Watermark(msgspec.Struct, frozen=True):
    """How far a journal partition has come, in ms."""

    partition: int
    at: int


class Upto(msgspec.Struct, frozen=True):
    """All proposals that were due before an instant, in ms, were made."""

    at: int


def ticket_record(ref: str, story: InHand | None) -> Record:
    """Key and value of a ticket."""
    return _TICKET + ref.encode(), None if story is None else _encode(story)


def watermark_record(partition: int, at: int) -> Record:
    """Key and value of a journal partition's watermark."""
    return _PROGRESS + b"%d" % partition, _encode(at)


def upto_record(at: int) -> Record:
    """Key and value of how far proposals were made."""
    return _UPTO, _encode(at)


def read(key: bytes, value: bytes | None) -> Ticket | Watermark | Upto:
    """The inverse of these; raises `msgspec.DecodeError` or ValueError on anything else."""
    kind, rest = key[:1], key[1:]
    if kind == _TICKET:
        return Ticket(rest.decode(), None if value is None else _ticket(value))
    at = _instant(value or b"")
    return Upto(at) if kind == _UPTO else Watermark(int(rest), at)
