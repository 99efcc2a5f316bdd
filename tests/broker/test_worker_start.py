"""`streams worker` on a cluster whose topics are not as they have to be."""

from typing import Any

from confluent_kafka.admin import AdminClient

from streams.exports.topics import topic_plan
from streams.worker import admin
from tests.pipeline import fails


def start(cluster: Any) -> str:
    return fails(1, "worker", "--broker", cluster.bootstrap, "--prefix", cluster.prefix, "--port", 0)


def test_topics_that_are_missing_are_told_with_how_to_mend_it(cluster: Any) -> None:
    told = start(cluster)
    assert all(f"{spec.name} is missing" in told for spec in topic_plan(4, prefix=cluster.prefix))
    assert "streams topics" in told


def test_one_missing_topic_and_one_with_other_partitions_are_told_alone(cluster: Any) -> None:
    plan = topic_plan(4, prefix=cluster.prefix)
    missing, other = cluster.name("sla-events"), cluster.name("journal")
    admin.create(cluster.bootstrap, [spec for spec in plan if spec.name not in {missing, other}])
    cluster.create("journal", 3)
    told = start(cluster)
    assert f"{missing} is missing" in told
    assert f"{other}: partitions is 3, planned 4" in told
    assert cluster.name("partials") not in told


def test_a_worker_makes_no_topics(cluster: Any) -> None:
    start(cluster)
    topics = AdminClient({"bootstrap.servers": cluster.bootstrap}).list_topics(timeout=30).topics
    assert not [name for name in topics if name.startswith(cluster.prefix)]
