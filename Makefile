# Everything here needs Python >= 3.11 and make; `broker-test` and `bench` also Java 17 and Maven.
PYTHON ?= python3
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest -q

.PHONY: help install demo test broker-test soak lint lock render-check tools-test pictures e2e bench bench-growth clean

help:  ## Say what there is
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## */  make \1\t/' | expand -t 22

.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; say which: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

install: .venv/installed  ## Set up .venv from the lock file

demo: install  ## Live KPIs of a simulated business, on an embedded broker
	$(BIN)/streams demo

test: install  ## The tests that need PyPI alone
	$(PYTEST) -n 3 --dist worksteal

broker-test: install  ## The tests on a real Apache Kafka: two at once, each on its own; then those that read a latency
	$(PYTEST) -n 2 --dist worksteal -m "broker and not latency"
	$(PYTEST) -m "broker and latency"

soak: install  ## Faults against real workers and brokers: MINUTES=60 SEED=1 SCENARIO=a,b RUNS=5 (more: python -m tests.soak --help)
	$(BIN)/python -m tests.soak $(if $(MINUTES),--minutes $(MINUTES)) $(if $(SEED),--seed $(SEED)) \
		$(if $(SCENARIO),--scenario $(SCENARIO)) $(if $(RUNS),--runs $(RUNS)) $(if $(REPORT),--report $(REPORT))

tools-test: install  ## The tests with promtool, Prometheus and Chromium
	$(PYTEST) -m "promtool or browser"

e2e: install  ## A simulated day on Kafka, two workers, Prometheus and Alertmanager: who is told of what (about 7 minutes)
	$(PYTEST) -m e2e

pictures: install  ## The pictures in docs/images: of the page, and of the dashboards in the simulated day (as e2e, and Chromium)
	$(BIN)/python -m tests.web.pictures
	$(BIN)/python -m tests.e2e.pictures

lint: install  ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

render-check: install  ## Are the generated files those of the catalogue?
	$(BIN)/streams render --check

bench: install  ## The figures beside those of the peers (more: python -m bench --help)
	$(BIN)/python -m bench

bench-growth: install  ## What an event costs as the business grows, and how late it is (more: python -m bench.growth --help)
	$(BIN)/python -m bench.growth

lock:  ## Resolve the lock file anew
	$(PYTHON) -m pip install --quiet uv
	$(PYTHON) -m uv pip compile --quiet pyproject.toml --all-extras --group dev --generate-hashes --universal \
		--python-version 3.11 --no-emit-index-url --no-annotate --no-header -o requirements.lock

clean:  ## Remove what the commands made
	rm -rf .venv var .pytest_cache .mypy_cache .ruff_cache .hypothesis
