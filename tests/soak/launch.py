"""`streams` with planted defects: `python -m tests.soak.launch DEFECT,… worker …`; they are patched in first."""

import sys

from tests.soak.defects import DEFECTS


def main() -> None:
    """Plant, then hand over to the command line."""
    from streams.cli.main import run

    planted = sys.argv.pop(1).split(",")
    for name in planted:
        DEFECTS[name].plant()
    run()


if __name__ == "__main__":
    main()
