"""`streams topics`: the plan beside what the cluster has, and the missing created on request."""

import sys
from collections.abc import Sequence

import click

from streams.cli.broker import broker_option, prefix_option, protection
from streams.exports.topics import CLEANUP, PARTITIONS, TopicSpec, topic_plan
from streams.worker.admin import MISSING, ClusterError, Difference, Security, check, create


@click.command()
@broker_option
@prefix_option
@click.option("--partitions", type=click.IntRange(1), default=4, show_default=True, help="Of each topic.")
@click.option("--replication", type=click.IntRange(1), default=1, show_default=True, help="Copies; 3 in production.")
@click.option("--application", metavar="ID", help="Faust's application id; default: the prefix and “streams”.")
@click.option("--apply", is_flag=True, help="Create what is missing.")
@click.option("--check", "strict", is_flag=True, help="End with 1 when a topic is missing or differs.")
def topics(
    *, broker: str, prefix: str, partitions: int, replication: int, application: str | None, apply: bool, strict: bool
) -> None:
    """Show, check or create the topics.

    Without --apply nothing is changed: the table says which topics exist, which would be created and which differ from
    the plan. With --apply the missing ones are created, unless another has a number of partitions that does not fit:
    topics made beside it would not either. A topic that exists is never changed: each difference says how to mend it.

    Exit status: 0 when all is fine or was created; 1 when topics differ after --apply, when any is missing or differs
    under --check, or when the cluster cannot be reached; 2 for wrong usage.
    """
    plan = topic_plan(partitions, replication=replication, prefix=prefix, application=application)
    sys.exit(report(broker, plan, apply=apply, strict=strict, security=protection()))


def report(
    broker: str, plan: Sequence[TopicSpec], *, apply: bool, strict: bool, security: Security | None = None
) -> int:
    """Prints the table, after creating when asked to, and returns the exit status."""
    try:
        differences = check(broker, plan, security)
        created = create(broker, plan, security) if apply and not _misfits(differences) else []
        differences = [difference for difference in differences if difference.topic not in created]
    except ClusterError as error:
        raise click.ClickException(str(error)) from None
    for line in table(plan, differences, created):
        click.echo(line)
    return 1 if differences and (apply or strict) else 0


def _misfits(differences: Sequence[Difference]) -> bool:
    return any(difference.what == PARTITIONS for difference in differences)


def table(plan: Sequence[TopicSpec], differences: Sequence[Difference], created: Sequence[str]) -> list[str]:
    """The plan as aligned lines, each difference under its topic, and a summary at the end."""
    width = max((len(spec.name) for spec in plan), default=0)
    lines = [f"{'topic':<{width}}  partitions  cleanup  state"]
    for spec in plan:
        own = [difference for difference in differences if difference.topic == spec.name]
        state = _state(spec, own, created)
        lines.append(f"{spec.name:<{width}}  {spec.partitions:>10}  {spec.config[CLEANUP]:<7}  {state}")
        lines += [f"  ! {difference}" for difference in own if difference.what != MISSING]
    return [*lines, _summary(plan, differences, created)]


def _state(spec: TopicSpec, own: Sequence[Difference], created: Sequence[str]) -> str:
    if spec.name in created:
        return "created"
    if any(difference.what == MISSING for difference in own):
        return "would be created"
    return "differs" if own else "exists"


def _summary(plan: Sequence[TopicSpec], differences: Sequence[Difference], created: Sequence[str]) -> str:
    missing = {difference.topic for difference in differences if difference.what == MISSING}
    differing = {difference.topic for difference in differences} - missing
    if _misfits(differences):
        advice = "; nothing was created beside partitions that do not fit" if missing else ""
    else:
        advice = "; --apply creates what is missing" if missing else ""
    counts = f"{len(created)} created, {len(missing)} missing, {len(differing)} differ"
    return f"{len(plan)} topics: {counts}{advice}"
