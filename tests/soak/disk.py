"""What may happen to a disk: full, files cut short, rows that are garbage."""

import os
import random
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rocksdict import Options, Rdict

ROWS = b"r"
"""What the keys of rows begin with in the local store."""

LOOKS = 20
"""How often what is taken of a file system is looked at, before its room is said not to be settable."""


class NotPermittedError(RuntimeError):
    """This machine does not let us mount a file system of our own."""


@contextmanager
def small(folder: Path, kib: int) -> Iterator[None]:
    """A file system of this size over the folder; it goes when the context ends, with all that is on it."""
    folder.mkdir(parents=True, exist_ok=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={kib}k", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        raise NotPermittedError(
            f"mount: {mounted.stderr.strip()}; the scenario needs root, or a container that may mount"
        )
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def resize(folder: Path, kib: int) -> None:
    """Give a small file system more room, or less."""
    _remount(folder, kib).check_returncode()


def leave(folder: Path, kib: int) -> None:
    """Leave this much room, to those who write meanwhile too: what they took since the look is looked at again."""
    for _ in range(LOOKS - 1):
        if not _remount(folder, _used_kib(folder) + kib).returncode:
            return
    resize(folder, _used_kib(folder) + kib)


def _remount(folder: Path, kib: int) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["mount", "-o", f"remount,size={kib}k", str(folder)], check=False)


def _used_kib(folder: Path) -> int:
    """What is taken of a file system."""
    told = os.statvfs(folder)
    return (told.f_blocks - told.f_bfree) * told.f_frsize // 1024


def truncate(folder: Path, rng: random.Random) -> list[str]:
    """Cut files of the local stores at random places, at least one of each store; their names."""
    cut = []
    for store in sorted(path for path in (folder / "tables").iterdir() if path.is_dir()):
        files = [file for file in sorted(store.iterdir()) if file.stat().st_size]
        for file in rng.sample(files, rng.randint(1, min(3, len(files)))):
            os.truncate(file, rng.randrange(file.stat().st_size))
            cut.append(f"{store.name}/{file.name}")
    return cut


def corrupt(folder: Path, rng: random.Random) -> list[str]:
    """Overwrite the value of a random row of each local store with garbage; their keys."""
    garbled = []
    for store in sorted(path for path in (folder / "tables").iterdir() if path.is_dir()):
        rows = Rdict(str(store), Options(raw_mode=True))
        keys = [key for key in rows.keys(from_key=ROWS) if key.startswith(ROWS)]
        if keys:
            key = rng.choice(keys)
            rows[key] = rng.randbytes(1 + len(rows[key]) // 2)
            garbled.append(f"{store.name}: {key!r}")
        rows.close()
    return garbled
