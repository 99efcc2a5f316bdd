"""What an importer takes (rows of text) and gives (lines of events [R54], and refusals)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

Row = Mapping[str, str]
"""Cells by column. `csv.DictReader` puts None among keys or values where a row is too long or too short."""
Line = dict[str, Any]
"""`{"topic": …, "value": {…}}`."""

FIRST_ROW = 2
"""Rows are numbered as a spreadsheet shows them: the header is row 1."""


class Refused(NamedTuple):
    """What of the input became no event, and why. `column` is empty where the row as a whole is at fault."""

    row: int
    column: str
    reason: str

    def __str__(self) -> str:
        return f"row {self.row}: {self.cause}"

    @property
    def cause(self) -> str:
        """Column and reason: like refusals have the same."""
        return f"{self.column}: {self.reason}" if self.column else self.reason


Outcome = Line | Refused


class UnusableError(Exception):
    """The input as a whole cannot be imported: what is wrong, and how to mend it."""


class CellError(Exception):
    """A cell that cannot be read: its column and the reason."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(column, reason)
        self.column = column
        self.reason = reason

    def refusal(self, row: int) -> Refused:
        """The refusal of the row that holds this cell."""
        return Refused(row, self.column, self.reason)


def numbered(rows: Iterable[Row], columns: Iterable[str]) -> Iterator[tuple[int, Row] | Refused]:
    """Rows with their numbers; refused are those with more or fewer cells than the header. Empty rows are no rows.

    Raises UnusableError where the header lacks one of `columns`.
    """
    needed = tuple(columns)
    for number, row in enumerate(rows, FIRST_ROW):
        if number == FIRST_ROW:
            _require(row, needed)
        yield Refused(number, "", "more or fewer cells than the header has") if _ragged(row) else (number, row)


def _require(row: Row, needed: tuple[str, ...]) -> None:
    if missing := [column for column in needed if column not in row]:
        raise UnusableError(f"the header lacks {', '.join(missing)}: is it the right format, the right delimiter?")


def _ragged(row: Row) -> bool:
    return None in row or None in row.values()


def required(row: Row, column: str) -> str:
    """A cell that must hold something; raises CellError."""
    if text := row[column].strip():
        return text
    raise CellError(column, "missing")


def present(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that have a value."""
    return {name: value for name, value in fields.items() if value is not None}
