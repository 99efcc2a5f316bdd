"""A peer's program: set up once in an environment of its own, then run as a process that tells its figures."""

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import msgspec
import orjson

from bench.figures import Figure
from bench.result import Row

PEERS = Path(__file__).parent / "peers"
ENVIRONMENTS = Path(__file__).parent.parent / "var" / "bench"
PATIENCE = 900
"""Seconds after which a program counts as stuck."""


class PeerError(RuntimeError):
    """A peer's program failed; the text has the end of what it said."""


class Peer(msgspec.Struct, frozen=True):
    """`program` of a folder of bench/peers, with further arguments; `share` of the events that it is given."""

    name: str
    folder: str
    program: str = "main.py"
    arguments: tuple[str, ...] = ()
    share: float = 1.0

    def command(self) -> list[str]:
        """How to start it; sets its environment up where that is not done yet."""
        folder = PEERS / self.folder
        if (folder / "pom.xml").exists():
            return ["java", "-cp", _built(folder), self.program]
        python = _environment(folder) if (folder / "requirements.txt").exists() else sys.executable
        return [str(python), str(folder / self.program)]

    def run(self, broker: str, topic: str, events: int, partitions: int, folder: Path) -> tuple[Figure, list[Row]]:
        """Its figures on a topic, and its result. Raises `PeerError`."""
        given = [broker, topic, str(events), str(partitions), str(folder), *self.arguments]
        environment = os.environ | {"PYTHONPATH": str(PEERS)}
        folder.mkdir(parents=True)
        try:
            ended = subprocess.run(
                [*self.command(), *given],
                check=False,
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                env=environment,
                cwd=folder,
            )
        except subprocess.TimeoutExpired as error:
            raise PeerError(f"{self.name} was not through {events:,} events in {PATIENCE} s") from error
        return told(self.name, events, ended.stdout, ended.stderr)


def told(name: str, events: int, out: str, said: str = "") -> tuple[Figure, list[Row]]:
    """The figures and the result in what a program printed. Raises `PeerError`."""
    lines = [line for line in out.splitlines() if line.startswith('{"wall"')]
    if not lines:
        raise PeerError(f"{name} told no figures; the end of what it said:\n{(out + said)[-3000:]}")
    figures = orjson.loads(lines[-1])
    return Figure(events, figures["wall"], figures["cpu"]), [tuple(row) for row in figures["rows"]]


def _environment(folder: Path) -> Path:
    """Python with a peer's requirements, set up anew when they change."""
    wanted = folder / "requirements.txt"
    place = ENVIRONMENTS / f"{folder.name}-{_digest(wanted)}"
    python, done = place / "bin" / "python", place / "installed"
    if not done.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(place)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", "-r", str(wanted)], check=True)
        done.touch()
    return python


def _built(folder: Path) -> str:
    """The class path of a Maven project, built anew when its sources change."""
    sources = [folder / "pom.xml", *sorted(folder.rglob("*.java"))]
    place = ENVIRONMENTS / f"{folder.name}-{_digest(*sources)}"
    if not (place / "installed").exists():
        goals = ["package", "dependency:copy-dependencies", "-DincludeScope=runtime"]
        target = [f"-Dbench.target={place}", f"-DoutputDirectory={place}/libs"]
        quiet = ["mvn", "-B", "-q", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-f", str(folder / "pom.xml")]
        subprocess.run([*quiet, *goals, *target], check=True, stdout=sys.stderr)
        (place / "installed").touch()
    return f"{place}/classes:{place}/libs/*"


def _digest(*files: Path) -> str:
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
