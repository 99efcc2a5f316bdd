"""Where things stand in a TOML document: the line of every key, table and list item.

`tomllib` says where a document is no TOML, but not where a value stands that is wrong by its meaning, and no library
at hand does. This reads a document that `tomllib` has accepted, so it needs only as much of the grammar as tells keys
from values (https://toml.io/en/v1.0.0).
"""

import re
import tomllib
from collections.abc import Iterator

Path = tuple[str | int, ...]

_TOKEN = re.compile(
    r"""
      (?P<blank> [ \t\r]+ | \#[^\n]* )
    | (?P<newline> \n )
    | (?P<text> \"{3}(?:\\.|[^\\])*?\"{3,5} | '{3}.*?'{3,5} | "(?:\\.|[^"\\\n])*" | '[^'\n]*' )
    | (?P<mark> [\[\]{}=,.] )
    | (?P<bare> [^\s\[\]{}=,."'\#]+ )
    """,
    re.VERBOSE | re.DOTALL,
)


class Positions:
    """The lines of a document, by path.

    >>> where = Positions('a = 1\\n[[b]]\\nc = [\\n  "x",\\n  "y",\\n]\\n')
    >>> where.line(("b", 0, "c", 1)), where.line(("b", 0, "missing"))
    (5, 2)
    """

    def __init__(self, document: str) -> None:
        self.lines: dict[Path, int] = {(): 1}
        self._counts: dict[Path, int] = {}
        self._tokens = _tokens(document)
        self._next()
        self._document()

    def line(self, path: Path) -> int:
        """The line of a path, or of the nearest thing around it."""
        while path not in self.lines:
            path = path[:-1]
        return self.lines[path]

    def _next(self) -> None:
        self._kind, self._text, self._line = next(self._tokens, ("end", "", 0))

    def _document(self) -> None:
        table: Path = ()
        while self._kind != "end":
            if self._kind == "newline":
                self._next()
            elif self._text == "[":
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> Path:
        line = self._line
        self._next()
        many = self._text == "["
        if many:
            self._next()
        path: Path = ()
        for key in self._key():
            path = self._latest((*path, key))
            self.lines.setdefault(path, line)
        if many:
            path = path[:-1] if isinstance(path[-1], int) else path
            self._counts[path] = self._counts.get(path, -1) + 1
            path = self._latest(path)
            self.lines[path] = line
            self._next()
        self._next()
        return path

    def _latest(self, path: Path) -> Path:
        """Of a list of tables the one that stands last."""
        return (*path, self._counts[path]) if path in self._counts else path

    def _pair(self, table: Path) -> None:
        line, path = self._line, table
        for key in self._key():
            path = (*path, key)
            self.lines.setdefault(path, line)
        self._next()
        self._value(path)

    def _key(self) -> list[str]:
        """The parts of a key, up to what ends it."""
        parts = []
        while self._text not in ("=", "]") and self._kind != "end":
            if self._text != ".":
                parts.append(next(iter(tomllib.loads(f"{self._text} = 0"))))
            self._next()
        return parts

    def _value(self, path: Path) -> None:
        if self._text == "[":
            self._array(path)
        elif self._text == "{":
            self._inline(path)
        else:
            while self._kind not in ("newline", "end") and self._text not in (",", "]", "}"):
                self._next()

    def _array(self, path: Path) -> None:
        index = 0
        self._next()
        while self._text != "]" and self._kind != "end":
            if self._kind == "newline" or self._text == ",":
                self._next()
            else:
                self.lines[*path, index] = self._line
                self._value((*path, index))
                index += 1
        self._next()

    def _inline(self, path: Path) -> None:
        self._next()
        while self._text != "}" and self._kind != "end":
            if self._kind == "newline" or self._text == ",":
                self._next()
            else:
                self._pair(path)
        self._next()


def _tokens(document: str) -> Iterator[tuple[str, str, int]]:
    """Kind, text and line of each token; blanks and comments are left out."""
    line = 1
    for found in _TOKEN.finditer(document):
        kind, text = found.lastgroup or "", found.group()
        if kind != "blank":
            yield kind, text, line
        line += text.count("\n")
