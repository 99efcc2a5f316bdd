"""prometheus.yml and Grafana's provisioning, as plain data."""

from typing import Any

from streams.render.fleet import JOB

SOURCE_UID = "prometheus"


def prometheus(target: str) -> dict[str, Any]:
    """Prometheus scraping one worker at `target` (host:port), with our rules."""
    return {
        "global": {"scrape_interval": "15s", "evaluation_interval": "15s"},
        "rule_files": ["rules/*.yml"],
        "scrape_configs": [{"job_name": JOB, "static_configs": [{"targets": [target]}]}],
    }


def datasources() -> dict[str, Any]:
    """Grafana's data source: the Prometheus on its default port."""
    source = {
        "name": "Prometheus",
        "uid": SOURCE_UID,
        "type": "prometheus",
        "access": "proxy",
        "url": "http://127.0.0.1:9090",
        "isDefault": True,
        "editable": False,
        "jsonData": {"timeInterval": "15s"},
    }
    return {"apiVersion": 1, "datasources": [source]}


def dashboards() -> dict[str, Any]:
    """Where Grafana reads dashboards from."""
    provider = {
        "name": "streams",
        "type": "file",
        "allowUiUpdates": False,
        "disableDeletion": True,
        "options": {"path": "/var/lib/grafana/dashboards"},
    }
    return {"apiVersion": 1, "providers": [provider]}
