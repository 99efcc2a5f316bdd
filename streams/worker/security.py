"""How to talk to a protected cluster, in the words of each Kafka client."""

import ssl
from typing import Any

from streams.worker.settings import ENV_NESTED, ENV_PREFIX, Broker

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


def variables(broker: Broker) -> dict[str, str]:
    """The same for a worker that is started with these environment variables and no file."""
    names = ("security", "sasl_mechanism", "username", "password_file", "ca_file", "cert_file", "key_file")
    given = {name: str(getattr(broker, name)) for name in names if getattr(broker, name) is not None}
    if broker.password is not None:
        given["password"] = broker.password.get_secret_value()
    return {f"{ENV_PREFIX}broker{ENV_NESTED}{name}".upper(): value for name, value in given.items()}


def credentials(broker: Broker) -> Any:
    """For Faust, which sends a password in the clear where it gets no context: one is given unless that is meant."""
    import faust  # slow to import; the other clients do without

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
    """For kafka-python's clients; nothing where nothing is protected."""
    return {} if broker.security == "PLAINTEXT" else aiokafka(broker)


def librdkafka(broker: Broker) -> Options:
    """For the clients of confluent-kafka; nothing where nothing is protected."""
    if broker.security == "PLAINTEXT":
        return {}
    files = {"ssl.ca.location": broker.ca_file, "ssl.certificate.location": broker.cert_file}
    files["ssl.key.location"] = broker.key_file
    options: Options = {"security.protocol": broker.security}
    options |= {name: str(path) for name, path in files.items() if path is not None}
    if _sasl(broker):
        options |= {"sasl.mechanism": broker.sasl_mechanism}
        options |= {"sasl.username": broker.username, "sasl.password": _password(broker)}
    return options
