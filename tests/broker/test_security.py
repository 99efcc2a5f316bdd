"""The whole pipeline over TLS: with certificates on both sides, and with a password."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.broker.conftest import SCRIPT
from tests.broker.fleet import CLOCK
from tests.pipeline import fails, outcome, simulated

PASSWORD = "not in the clear"
JAAS = "org.apache.kafka.common.security.plain.PlainLoginModule required"


@dataclass(frozen=True)
class Guarded:
    """A Kafka with a listener for each protocol; the files of its certificates."""

    folder: Path
    tls: str
    sasl: str

    def settings(self, security: str) -> str:
        """The section [broker] for a protocol."""
        said: dict[str, Any] = {"security": security, "ca_file": self.folder / "ca.pem"}
        if security == "SSL":
            said |= {"cert_file": self.folder / "worker.pem", "key_file": self.folder / "worker.key"}
        else:
            said |= {"sasl_mechanism": "PLAIN", "username": "worker", "password_file": self.folder / "password"}
        return "[broker]\n" + "".join(f'{name} = "{value}"\n' for name, value in said.items())


def openssl(folder: Path, name: str, *more: str) -> None:
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-days", "2", "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.pem", *more]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def certificates(folder: Path) -> None:
    """Of an authority, and two that it signed."""
    openssl(folder, "ca")
    signed = ("-CA", "ca.pem", "-CAkey", "ca.key", "-addext", "basicConstraints=critical,CA:FALSE")
    openssl(folder, "broker", *signed, "-addext", "subjectAltName=IP:127.0.0.1")
    openssl(folder, "worker", *signed)
    (folder / "broker.both").write_text((folder / "broker.key").read_text() + (folder / "broker.pem").read_text())
    (folder / "password").write_text(PASSWORD + "\n")


def script() -> ModuleType:
    """deploy/kafka/kafka as a module."""
    loader = SourceFileLoader("kafka_script", str(SCRIPT))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def properties(folder: Path, plain: str, controller: str, tls: str, sasl: str) -> str:
    """What stands in server.properties beyond the script's own."""
    own = f"PLAINTEXT://{plain},SSL://{tls},SASL_SSL://{sasl}"
    lines = {
        "listeners": f"{own},CONTROLLER://{controller}",
        "advertised.listeners": own,
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SSL:SSL,SASL_SSL:SASL_SSL",
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": folder / "broker.both",
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": folder / "ca.pem",
        "listener.name.ssl.ssl.client.auth": "required",
        "listener.name.sasl_ssl.sasl.enabled.mechanisms": "PLAIN",
        "listener.name.sasl_ssl.plain.sasl.jaas.config": f'{JAAS} user_worker="{PASSWORD}";',
    }
    return "".join(f"{name}={value}\n" for name, value in lines.items())


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    folder, data = tmp_path_factory.mktemp("certificates"), tmp_path_factory.mktemp("guarded")
    certificates(folder)
    kafka = script()
    tls, sasl, controller = (f"127.0.0.1:{kafka.free_port()}" for _ in range(3))
    configure = kafka.configure

    def configured(data: Path, port: int) -> str:
        plain: str = configure(data, port)
        with (data / "server.properties").open("a") as file:
            file.write(f"controller.quorum.voters=1@{controller}\n" + properties(folder, plain, controller, tls, sasl))
        return plain

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kafka, "configure", configured)
        kafka.start(kafka.VAR / "libs", data, 0, "384m", 120)
    yield Guarded(folder, tls, sasl)
    kafka.stop(data, 60)


@pytest.mark.parametrize("security", ["SSL", "SASL_SSL"])
def test_a_replay_over_tls_gives_what_compute_gives(guarded: Guarded, tmp_path: Path, security: str) -> None:
    file = simulated(tmp_path / "in.jsonl", 400, "--seed", 3)
    config = tmp_path / "streams.toml"
    config.write_text(guarded.settings(security))
    broker = guarded.tls if security == "SSL" else guarded.sasl
    found = outcome("replay", file, *CLOCK, "--broker", broker, "--config", config)
    assert found == outcome("compute", file, *CLOCK)


def test_a_worker_that_is_not_let_in_says_so_and_ends(guarded: Guarded, tmp_path: Path) -> None:
    config = tmp_path / "streams.toml"
    config.write_text(guarded.settings("SASL_SSL").replace('username = "worker"', 'username = "somebody"'))
    told = fails(1, "worker", "--config", config, "--broker", guarded.sasl, "--port", 0)
    assert "do the security settings fit?" in told
    assert PASSWORD not in told
