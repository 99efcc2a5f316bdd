"""CloudEvents attributes as headers."""

from streams.exports.cloudevents import headers


def test_attributes_are_headers_of_the_kafka_binding() -> None:
    assert dict(headers("kpi", "id-1", 1_500)) == {
        "ce_specversion": b"1.0",
        "ce_type": b"crm.kpi",
        "ce_source": b"/streams",
        "ce_id": b"id-1",
        "ce_time": b"1970-01-01T00:00:01.500Z",
        "content-type": b"application/json",
    }


def test_a_subject_is_told_where_there_is_one() -> None:
    assert dict(headers("kpi", "é", 0, "über"))["ce_subject"] == "über".encode()
