"""The editions of policies that came by a journal partition, in the journal's order.

What a case told was told under the first so many of them. Their row is written before the rows of cases, so a durable
case implies that the editions are known that it was told under.
"""

from msgspec.structs import replace

from streams.cases.conventions import Conventions
from streams.engine import rows
from streams.events.journal import Amendment


class Editions:
    """Those in the rows, of which the ones before `next` are in force; the others come again, for a flush broke off."""

    def __init__(self, base: Conventions, stored: rows.Rows, next: int) -> None:  # noqa: A002
        data = stored.get(rows.POLICIES)
        self._rows = rows.decode_editions(data) if data else []
        self._under = [base]
        for row in self._rows:
            self._under.append(self._amended(row.since, row.policies))
        self.count = sum(row.offset < next for row in self._rows)
        """How many are in force."""
        self.changed_since: int | None = None
        """The earliest instant of those for whose sake cases were not told again yet."""
        self._unwritten = False

    @property
    def current(self) -> Conventions:
        """The conventions under all that are in force."""
        return self._under[self.count]

    def under(self, count: int) -> Conventions:
        """The conventions under the first so many."""
        return self._under[count]

    def take(self, offset: int, edition: Amendment) -> bool:
        """Put an edition in force; whether it says anything new."""
        if self.count == len(self._rows):
            amended = self._amended(edition.since, edition.policies)
            if amended is self.current:
                return False
            self._rows.append(rows.EditionRow(offset, edition.since, edition.policies))
            self._under.append(amended)
        elif self._rows[self.count].offset != offset:
            return False
        self.count += 1
        self._unwritten = True
        earliest = self.changed_since
        self.changed_since = edition.since if earliest is None else min(earliest, edition.since)
        return True

    def _amended(self, since: int, policies: str) -> Conventions:
        before = self._under[-1]
        if before.amend is None:
            raise RuntimeError("policies came by the journal, and nothing here reads them")
        amended = before.amend(before.policies, since, policies)
        return before if amended is before.policies else replace(before, policies=amended)

    def changed(self) -> list[rows.Row]:
        """The row, if it has to be written."""
        return [(rows.POLICIES, rows.encode(self._rows))] if self._unwritten else []

    def flushed(self) -> None:
        """The row is durable."""
        self._unwritten = False
