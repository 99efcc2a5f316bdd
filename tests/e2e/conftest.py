"""One day for all tests of this folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.day import Day, played

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks every test under this folder `e2e`, before -m selects."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.timeout(600))


@pytest.fixture(scope="session")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    """A day that has begun, quietly."""
    with played(tmp_path_factory.mktemp("day")) as day:
        yield day
