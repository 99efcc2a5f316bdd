"""How to talk to a protected cluster: what does not fit is told, nothing goes in the clear unless that is said."""

import json
import ssl
import subprocess
from pathlib import Path
from typing import Any

import faust
import pytest

from streams.worker import security
from streams.worker.settings import Broker, ConfigurationError, load

LOGIN = {"username": "worker", "password": "secret"}


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a certificate and its key."""
    folder = tmp_path_factory.mktemp("pem")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=a", "-keyout", "key"]
    subprocess.run([*command, "-out", "cert"], cwd=folder, check=True, capture_output=True)
    return folder


def broker(**given: Any) -> Broker:
    return load(None, {"broker": given}).broker


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"security": "SASL_SSL"}, "SASL_SSL needs username and password"),
        ({"security": "SASL_PLAINTEXT", "username": "u"}, "SASL_PLAINTEXT needs username and password"),
        (LOGIN, "username, password would not be used: security is PLAINTEXT"),
        ({"security": "SSL", **LOGIN}, "username, password would not be used: security is SSL"),
        ({"security": "SASL_PLAINTEXT", **LOGIN, "ca_file": __file__}, "ca_file would not be used"),
        ({"security": "SASL_SSL", **LOGIN, "password_file": __file__}, "one of them is enough"),
        ({"security": "SSL", "cert_file": __file__}, "cert_file and key_file belong together"),
        ({"security": "SSL", "ca_file": "/no/such/file"}, "/no/such/file is no file"),
        ({"security": "TLS"}, "broker.security"),
    ],
)
def test_what_does_not_fit_is_told_without_the_password(given: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        broker(**given)
    assert told in str(error.value)
    assert "secret" not in str(error.value)


def test_a_password_is_not_shown() -> None:
    made = broker(security="SASL_SSL", **LOGIN)
    assert "secret" not in repr(made)
    assert "secret" not in json.dumps(made.model_dump(mode="json"))


def test_without_protection_nothing_is_said() -> None:
    made = broker()
    assert security.aiokafka(made) == {"security_protocol": "PLAINTEXT", "ssl_context": None}
    assert (security.credentials(made), security.kafka_python(made), security.librdkafka(made)) == (None, {}, {})


def test_a_login_over_tls_checks_the_name_and_the_certificate_of_the_cluster() -> None:
    made = broker(security="SASL_SSL", **LOGIN)
    context = security.context(made)
    assert context is not None
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    said = security.credentials(made)
    assert isinstance(said, faust.SASLCredentials)
    assert (said.protocol.value, said.mechanism.value) == ("SASL_SSL", "SCRAM-SHA-512")
    assert (said.username, said.password) == ("worker", "secret")
    assert isinstance(said.ssl_context, ssl.SSLContext)
    options = security.aiokafka(made)
    assert options["security_protocol"] == "SASL_SSL"
    assert (options["sasl_plain_username"], options["sasl_plain_password"]) == ("worker", "secret")
    assert security.librdkafka(made)["sasl.password"] == "secret"


def test_a_password_goes_in_the_clear_only_where_that_is_said() -> None:
    said = security.credentials(broker(security="SASL_PLAINTEXT", **LOGIN))
    assert (said.protocol.value, said.ssl_context) == ("SASL_PLAINTEXT", None)


def test_certificates_on_both_sides(pem: Path) -> None:
    made = broker(security="SSL", ca_file=pem / "cert", cert_file=pem / "cert", key_file=pem / "key")
    said = security.credentials(made)
    assert isinstance(said, faust.SSLCredentials)
    assert len(said.context.get_ca_certs()) == 1
    assert security.librdkafka(made) == {
        "security.protocol": "SSL",
        "ssl.ca.location": str(pem / "cert"),
        "ssl.certificate.location": str(pem / "cert"),
        "ssl.key.location": str(pem / "key"),
    }


def test_a_password_may_be_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("from a file\nsomething else\n")
    made = broker(security="SASL_SSL", username="u", password_file=tmp_path / "password")
    assert security.aiokafka(made)["sasl_plain_password"] == "from a file"


def test_a_worker_gets_the_same_by_its_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "password").write_text("p")
    for given in (
        {"security": "SASL_SSL", **LOGIN, "sasl_mechanism": "PLAIN"},
        {"security": "SASL_PLAINTEXT", "username": "u", "password_file": tmp_path / "password"},
        {},
    ):
        made = broker(**given)
        with monkeypatch.context() as patch:
            for name, value in security.variables(made).items():
                patch.setenv(name, value)
            assert load().broker == made
