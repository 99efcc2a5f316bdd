"""Where the importers' test data is."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DATA = Path(__file__).parent / "data"
REAL = ROOT.parent / "shared" / "data"


def real(name: str) -> Path:
    """A real export beside the checkout, or the reason to skip."""
    path = REAL / name
    if not path.is_file():
        pytest.skip(f"the real export {name} is not beside the checkout (../shared/data)")
    return path
