"""Lines in TOML documents: every value that tomllib reads is found on the line that it stands on."""

import tomllib
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from streams.sla.positions import Path, Positions

TRICKY = '''# a comment = [1
a.b."c = d" = 11 # [table]
\'e.f\' = 12
text = """
g = 13 ] } "" \\""" [h]
""" # ends with two quotes:
more = """x"""""
raw = \'\'\'
i = \'\'14\'\'\'\'\'
list = [ 15, [16, "a ] = 17", { k = 18, "l.m".n = 19 }], # , 20
  21,

  { o = [
    22, 2.3, 1979-05-27T07:32:00Z
  ] },
]
[p.q]
r = -23
[[s]]
t = 24
[s.u]
v = 25
[[s.w]]
x = 26
[[s.w]]
x = 27
[[s]]
[[s.w]]
x = { y = 28 }
[s.\'z.a\'."b]"]
c = 29
[p]
d=30'''


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, (*path, index))
    else:
        yield path, value


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_number_is_found_on_its_line(newline: str) -> None:
    document = TRICKY.replace("\n", newline)
    where, lines = Positions(document), document.split("\n")
    found = {path: value for path, value in leaves(tomllib.loads(document)) if isinstance(value, int)}
    assert len(found) == 16
    for path, value in found.items():
        assert path in where.lines
        assert str(value) in lines[where.line(path) - 1]


def test_tables_are_found_at_their_headers_and_items_at_theirs() -> None:
    where, lines = Positions(TRICKY), TRICKY.split("\n")
    for path, text in (
        (("p", "q"), "[p.q]"),
        (("p",), "[p.q]"),
        (("s", 1), "[[s]]"),
        (("s", 0, "w", 1), "[[s.w]]"),
        (("s", 1, "z.a"), "[s.'z.a'.\"b]\"]"),
        (("list", 3), "{ o = ["),
    ):
        assert text in lines[where.lines[path] - 1]
    assert where.lines["s", 0] < where.lines["s", 0, "w", 0] < where.lines["s", 0, "w", 1] < where.lines["s", 1]


def test_what_is_missing_is_missed_where_it_belongs() -> None:
    where = Positions("[a]\nb = 1\n")
    assert where.line(("a", "c", 0, "d")) == 1
    assert where.line(("x",)) == 1
    assert where.line(("a", "b", "c")) == 2


@pytest.mark.parametrize("document", ["", "\n\n", "# nothing", "a = [", "a = {", "[", "[[a", "a", 'a = """'])
def test_any_text_comes_to_an_end(document: str) -> None:
    assert Positions(document).line(()) == 1


class Writer:
    """Random documents in which every value is a number of its own."""

    def __init__(self, seed: int) -> None:
        self.rng, self.number = Random(seed), 1000

    def key(self) -> str:
        self.number += 1
        return self.rng.choice(["k{}", '"k {}"', "'k.{}'", '"k={}"', "k{}.in", "{}"]).format(self.number)

    def value(self, depth: int = 0) -> str:
        kind = self.rng.randrange(3) if depth < 3 else 0
        if kind == 0:
            self.number += 1
            return self.rng.choice(["{}", '"{}"', '"a ] = {}"', "'[{}'"]).format(self.number)
        if kind == 1:
            gaps = ["", " ", "\n", " # ]\n"]
            return "[" + "".join(f"{self.rng.choice(gaps)}{self.value(depth + 1)}," for _ in range(2)) + "\n]"
        return "{ " + ", ".join(f"{self.key()} = {self.flat()}" for _ in range(2)) + " }"

    def flat(self) -> str:
        self.number += 1
        return f"[{self.number}, {{}}]" if self.rng.random() < 0.3 else str(self.number)

    def document(self) -> str:
        lines = []
        for _ in range(self.rng.randrange(1, 8)):
            header = self.rng.choice(["[{}]", "[[many]]", "[[many]]\n[many.{}]", "[[many]]\n[[many.few]]", "# [{}]"])
            lines.append(header.format(self.key()))
            lines += [f"{self.key()} = {self.value()}" for _ in range(self.rng.randrange(4))]
        return "\n".join(lines)


@pytest.mark.parametrize("seed", range(100))
def test_random_documents(seed: int) -> None:
    document = Writer(seed).document()
    where, lines = Positions(document), document.split("\n")
    for path, value in leaves(tomllib.loads(document)):
        digits = "".join(c for c in str(value) if c.isdigit())
        assert path in where.lines
        assert digits in lines[where.lines[path] - 1]
