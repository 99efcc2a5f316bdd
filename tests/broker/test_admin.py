"""The plan against a real cluster: missing, created, differing, never changed."""

from typing import Any

import pytest
from click.testing import CliRunner, Result

from streams.cli.topics import topics
from streams.exports.topics import topic_plan
from streams.worker.admin import MISSING, ClusterError, check, create

NOBODY = "127.0.0.1:1"


def command(cluster: Any, *arguments: str) -> Result:
    return CliRunner().invoke(topics, ["--broker", cluster.bootstrap, "--prefix", cluster.prefix, *arguments])


def test_what_is_missing_is_created_and_then_nothing_differs(cluster: Any) -> None:
    plan = topic_plan(3, prefix=cluster.prefix)
    assert [(difference.topic, difference.what) for difference in check(cluster.bootstrap, plan)] == [
        (spec.name, MISSING) for spec in plan
    ]
    assert create(cluster.bootstrap, plan) == [spec.name for spec in plan]
    assert check(cluster.bootstrap, plan) == []
    assert create(cluster.bootstrap, plan) == []


def test_an_existing_topic_is_never_changed(cluster: Any) -> None:
    cluster.create("journal", partitions=2, cleanup_policy="compact")
    plan = topic_plan(3, prefix=cluster.prefix)
    assert cluster.name("journal") not in create(cluster.bootstrap, plan)
    differences = {difference.what: difference for difference in check(cluster.bootstrap, plan)}
    assert set(differences) == {"partitions", "cleanup.policy", "retention.ms"}
    assert (differences["partitions"].found, differences["partitions"].planned) == ("2", "3")
    assert differences["cleanup.policy"].found == "compact"
    assert "--partitions 2" in differences["partitions"].mend


def test_inputs_may_have_any_partitions_but_must_not_be_compacted(cluster: Any) -> None:
    cluster.create("order-entered", partitions=7, cleanup_policy="delete", retention_ms="1000")
    cluster.create("ticket-opened", cleanup_policy="compact")
    plan = topic_plan(3, prefix=cluster.prefix)
    create(cluster.bootstrap, plan)
    assert [(difference.topic, difference.what) for difference in check(cluster.bootstrap, plan)] == [
        (cluster.name("ticket-opened"), "cleanup.policy")
    ]


def test_a_refusal_says_why(cluster: Any) -> None:
    with pytest.raises(ClusterError, match="replication factor of 3"):
        create(cluster.bootstrap, topic_plan(1, replication=3, prefix=cluster.prefix))


def test_nobody_answers() -> None:
    with pytest.raises(ClusterError, match=f"Kafka at {NOBODY}.*is it running"):
        check(NOBODY, topic_plan(1), {"bootstrap_timeout_ms": 500})


def test_the_security_options_reach_the_client(cluster: Any) -> None:
    """A TLS client cannot talk to this plain listener: the option was not dropped."""
    with pytest.raises(ClusterError):
        check(cluster.bootstrap, topic_plan(1), {"security_protocol": "SSL", "bootstrap_timeout_ms": 1500})


def test_the_command_shows_first_and_creates_on_request(cluster: Any) -> None:
    dry = command(cluster, "--partitions", "2")
    assert (dry.exit_code, dry.output.count("would be created")) == (0, len(topic_plan(2)))
    assert command(cluster, "--partitions", "2", "--check").exit_code == 1
    applied = command(cluster, "--partitions", "2", "--apply")
    assert (applied.exit_code, applied.output.count("  created")) == (0, len(topic_plan(2)))
    again = command(cluster, "--partitions", "2", "--check")
    assert (again.exit_code, again.output.count("  exists")) == (0, len(topic_plan(2)))


def test_the_command_creates_nothing_beside_partitions_that_do_not_fit(cluster: Any) -> None:
    cluster.create("partials", partitions=2, cleanup_policy="compact")
    result = command(cluster, "--partitions", "4", "--apply")
    assert result.exit_code == 1
    assert "nothing was created" in result.output
    assert len(check(cluster.bootstrap, topic_plan(2, prefix=cluster.prefix))) == len(topic_plan(2)) - 1


def test_the_command_names_an_unreachable_cluster() -> None:
    result = CliRunner().invoke(topics, ["--broker", NOBODY])
    assert result.exit_code == 1
    assert f"Kafka at {NOBODY}" in result.output
