"""How to talk to a protected cluster, in the words of each Kafka client."""

import ssl
from typing import Any

import faust

from streams.worker.settings import Broker

Options = dict[str, Any]


def _sasl(broker: Broker) -> bool:
    return broker.security.startswith("SASL_")


def _password(broker: Broker) -> str:
    if broker.password_file is not None:
        lines = broker.password_file.read_text(encoding="utf-8").splitlines()
        return lines[0] if lines else ""
    return broker.password.get_secret_value() if broker.password is not None else ""


def context(broker: Broker) -> ssl.SSLContext | None:
    """The certificates to trust and to show; None where nothing is encrypted. Names of hosts are checked."""
    if not broker.security.endswith("SSL"):
        return None
    made = ssl.create_default_context(cafile=broker.ca_file)
    if broker.cert_file is not None:
        made.load_cert_chain(broker.cert_file, broker.key_file)
    return made


def credentials(broker: Broker) -> Any:
    """For Faust, which sends a password in the clear where it gets no context: one is given unless that is meant."""
    made = context(broker)
    if _sasl(broker):
        return faust.SASLCredentials(
            username=broker.username, password=_password(broker), mechanism=broker.sasl_mechanism, ssl_context=made
        )
    return None if made is None else faust.SSLCredentials(made)


def aiokafka(broker: Broker) -> Options:
    """For aiokafka's clients."""
    options: Options = {"security_protocol": broker.security, "ssl_context": context(broker)}
    if _sasl(broker):
        options |= {"sasl_mechanism": broker.sasl_mechanism}
        options |= {"sasl_plain_username": broker.username, "sasl_plain_password": _password(broker)}
    return options


def kafka_python(broker: Broker) -> Options:
    """For kafka-python's clients."""
    return aiokafka(broker)


def librdkafka(broker: Broker) -> Options:
    """For the clients of confluent-kafka."""
    files = {"ssl.ca.location": broker.ca_file, "ssl.certificate.location": broker.cert_file}
    files["ssl.key.location"] = broker.key_file
    options: Options = {"security.protocol": broker.security}
    options |= {name: str(path) for name, path in files.items() if path is not None}
    if _sasl(broker):
        options |= {"sasl.mechanism": broker.sasl_mechanism}
        options |= {"sasl.username": broker.username, "sasl.password": _password(broker)}
    return options
