"""The topic plan: what each topic is for decides how it is kept."""

from streams import names
from streams.exports.topics import Retention, TopicSpec, changelog, topic_plan
from streams.units import DAY


def plan(partitions: int = 4, **options: object) -> dict[str, TopicSpec]:
    return {spec.name: spec for spec in topic_plan(partitions, **options)}  # type: ignore[arg-type]


def test_every_topic_is_planned_once() -> None:
    specs = topic_plan(4)
    expected = {*names.INPUTS, names.JOURNAL, names.PARTIALS, names.KPI_VALUES, names.KPI_REVISIONS}
    expected |= {names.SLA_EVENTS, names.SLA_BREACHES, names.REASSIGNMENT_REQUESTED, names.CUSTOMER_VALUE}
    expected |= {names.SLA_POLICIES, names.DESK, names.DEAD_LETTER, "streams-state-changelog"}
    assert {spec.name for spec in specs} == expected
    assert len(specs) == len(expected)


def test_what_holds_the_last_of_every_key_is_compacted_and_never_ages() -> None:
    compacted = {name for name, spec in plan().items() if spec.config["cleanup.policy"] == "compact"}
    tables = {
        names.PARTIALS,
        names.KPI_VALUES,
        names.SLA_BREACHES,
        names.CUSTOMER_VALUE,
        names.SLA_POLICIES,
        names.DESK,
    }
    assert compacted == {*tables, "streams-state-changelog"}
    assert {plan()[name].config["retention.ms"] for name in compacted} == {"-1"}


def test_append_only_topics_age() -> None:
    specs = plan()
    assert {specs[name].config["retention.ms"] for name in names.INPUTS} == {str(7 * DAY)}
    assert specs[names.JOURNAL].config["retention.ms"] == str(90 * DAY)
    shorter = plan(retention=Retention(journal=DAY))
    assert shorter[names.JOURNAL].config["retention.ms"] == str(DAY)


def test_what_is_joined_has_firm_partitions() -> None:
    firm = {name for name, spec in plan(6).items() if "partitions" in spec.firm}
    joined = {names.JOURNAL, names.PARTIALS, names.KPI_VALUES, "streams-state-changelog"}
    assert firm == {*joined, names.SLA_POLICIES, names.DESK}
    assert {plan(6)[name].partitions for name in joined} == {6}
    assert plan(6)[names.SLA_POLICIES].partitions == 1


def test_firm_settings_are_planned_ones() -> None:
    assert all(spec.firm <= {"partitions", *spec.config} for spec in topic_plan(1))


def test_the_prefix_stands_before_every_topic_and_in_the_application() -> None:
    assert all(name.startswith("eu.") for name in plan(prefix="eu."))
    assert "eu.streams-state-changelog" in plan(prefix="eu.")


def test_the_changelog_follows_the_application_alone() -> None:
    assert "crm-state-changelog" in plan(prefix="eu.", application="crm")
    assert changelog("crm") == "crm-state-changelog"


def test_three_replicas_ask_for_two_acknowledgements() -> None:
    assert {spec.config.get("min.insync.replicas") for spec in topic_plan(1, replication=3)} == {"2"}
    assert {spec.config.get("min.insync.replicas") for spec in topic_plan(1, replication=2)} == {None}
    assert {spec.replication for spec in topic_plan(1, replication=3)} == {3}


def test_a_dead_letter_holds_the_largest_input_and_its_headers() -> None:
    assert int(plan()[names.DEAD_LETTER].config["max.message.bytes"]) > 1_048_588
