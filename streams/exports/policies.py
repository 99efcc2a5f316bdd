"""Records of sla-policies: editions of policies, which workers read and put into the journal."""

from datetime import datetime

import orjson

from streams.exports.cloudevents import Headers, headers
from streams.names import SLA_POLICIES
from streams.sla.history import Edition, edition_of
from streams.sla.loader import Fault, PolicyError
from streams.units import rfc3339, to_ms


def record(edition: Edition, policies: str) -> tuple[bytes, bytes, Headers]:
    """Key, value and headers of an edition, whose TOML is `policies`; the same edition has the same record."""
    since = rfc3339(edition.since)
    key = f"{since}/{edition.book.version}"
    data = {"since": since, "version": edition.book.version, "policies": policies}
    return key.encode(), orjson.dumps(data), headers(SLA_POLICIES, key, edition.since)


def read(value: bytes) -> tuple[Edition, str]:
    """The inverse of `record`: the edition, and its TOML; raises `PolicyError` with all that is wrong."""
    try:
        data = orjson.loads(value)
        since, policies = datetime.fromisoformat(data["since"]), data["policies"]
    except (ValueError, KeyError, TypeError) as error:
        raise _no_edition(f"no JSON with since, an instant, and policies, a text ({error!r})") from error
    if since.tzinfo is None or not isinstance(policies, str):
        raise _no_edition("since needs an offset from UTC, and policies have to be a text")
    at = to_ms(since)
    return edition_of(at, policies), policies


def _no_edition(what: str) -> PolicyError:
    return PolicyError(SLA_POLICIES, [Fault(1, "the record", what)])
