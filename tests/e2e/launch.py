"""`streams` by the clock of the simulated day: `python -m tests.e2e.launch worker`."""

import os
import time
from pathlib import Path

from tests.e2e.clock import Clock

FILE = "E2E_CLOCK"
"""The variable that names the clock's file."""


def main() -> None:
    """Set the clock, then hand over to the command line."""
    time.time_ns = Clock(Path(os.environ[FILE])).time_ns
    from streams.cli.main import run

    run()


if __name__ == "__main__":
    main()
