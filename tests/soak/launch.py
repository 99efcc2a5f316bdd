"""`streams` with defects or conditions: `python -m tests.soak.launch NAME,… worker …`; they are patched in first."""

import sys

from tests.soak.conditions import CONDITIONS
from tests.soak.defects import DEFECTS


def main() -> None:
    """Plant, then hand over to the command line."""
    from streams.cli.main import run

    planted = sys.argv.pop(1).split(",")
    for name in planted:
        {**CONDITIONS, **DEFECTS}[name].plant()
    run()


if __name__ == "__main__":
    main()
