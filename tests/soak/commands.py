"""`streams` as a user calls it, in a process of its own: runs may go side by side."""

import subprocess
import sys

from tests.soak.kafka import ROOT

LINES = 3
"""Of what a command that fails says."""


def streams(*arguments: object) -> bytes:
    """What a command writes to standard output; raises with what it says on standard error if it fails."""
    command = [sys.executable, "-m", "streams", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(f"streams {arguments[0]}: {' | '.join(done.stderr.decode().splitlines()[-LINES:])}")
    return done.stdout
