"""The scenarios of the fault harness, each once, with few events and short faults; `make soak` has the long form.

Most of their time goes by waiting, so some are played at once; those that stop the broker have another one.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from tests.soak.kafka import Kafka
from tests.soak.play import play
from tests.soak.report import Record
from tests.soak.run import Given
from tests.soak.scenarios import SCENARIOS
from tests.soak.size import SHORT

SEED = 1
AT_ONCE = 3

Played = dict[str, "Future[Record]"]


@pytest.fixture(scope="module")
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """The runs of the scenarios that were selected, under way."""
    folder = tmp_path_factory.mktemp("soak")
    names = [item.callspec.params["name"] for item in request.session.items if item.path == request.path]
    apart = [name for name in names if SCENARIOS[name].broker]
    with ExitStack() as stack:
        runs: Played = {}
        for number, some in enumerate(([name for name in names if name not in apart], apart)):
            if some:
                kafka = stack.enter_context(Kafka(folder / f"kafka-{number}"))
                pool = ThreadPoolExecutor(1 if some is apart else AT_ONCE)
                stack.callback(pool.shutdown, cancel_futures=True)
                given = Given(kafka, folder, SEED, SHORT)
                runs |= {name: pool.submit(play, SCENARIOS[name], given, folder / "kept") for name in some}
        yield runs


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", SCENARIOS)
def test_scenario_ends_with_the_values_of_compute(played: Played, name: str) -> None:
    record = played[name].result()
    assert record.passed, f"seed {record.seed}: {record}"
