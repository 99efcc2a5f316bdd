"""The editions of policies in the topic sla-policies: those to put in force, and those that are refused."""

import logging

from streams.events.journal import Amendment
from streams.exports.policies import read
from streams.sla.loader import PolicyError

Place = tuple[int, str]
"""Of an edition among others: since when, in ms, and its version."""

log = logging.getLogger(__name__)


class Editions:
    """What the topic says, record by record. A faulty edition changes nothing: what was in force goes on."""

    def __init__(self) -> None:
        self.good: dict[Place, Amendment] = {}
        """They stay, whatever becomes of their records: the journal has them."""
        self.refused: dict[bytes, str] = {}
        """By key, with all that is wrong."""

    def take(self, key: bytes | None, value: bytes | None) -> None:
        """A record of the topic."""
        name = key or b""
        self.refused.pop(name, None)
        if value is None:
            return
        try:
            edition, policies = read(value)
        except PolicyError as error:
            self.refused[name] = str(error)
            log.error("an edition of the policies is refused, those before it go on (key %r):\n%s", name, error)
            return
        if edition.place not in self.good:
            self.good[edition.place] = Amendment(edition.since, policies)
            log.info("an edition of the policies: %s", name.decode(errors="replace"))
