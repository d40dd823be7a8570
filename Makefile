# `make run` and `make test` each do all their own set-up on a fresh machine.

PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
RUNTIME := $(VENV)/.installed-runtime
DEV     := $(VENV)/.installed-dev

.PHONY: help run test style quality bench clean

help:
	@echo "make run      install into $(VENV) if needed, then start the app"
	@echo "make test     install into $(VENV) if needed, then run the tests"
	@echo "make style    mend formatting and imports"
	@echo "make quality  check formatting, lint and types"
	@echo "make bench    measure; prints every table, writes docs/benchmarks.md and docs/benchmarks.json"

$(PY):
	$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if (3, 11) <= v < (3, 13) else "voiceclone needs Python 3.11 or 3.12, this is %d.%d: make PYTHON=python3.12 ..." % v[:2])'
	$(PYTHON) -m venv $(VENV)

$(RUNTIME): requirements.txt | $(PY)
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(DEV): requirements-dev.txt $(RUNTIME)
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

run: $(RUNTIME)
	$(PY) app.py

test: $(DEV)
	$(PY) -m pytest --numprocesses logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder

style: $(DEV)
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

quality: $(DEV)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

bench: $(DEV)
	mkdir -p build/bench
	$(PY) -m benchmarks.learning --write
	$(PY) -m benchmarks.noise --write
	$(PY) -m benchmarks.clone --keep build/bench
	$(PY) -m benchmarks.speak --voice build/bench/1688.safetensors --write
	$(PY) -m benchmarks.drift --voice build/bench/1688.safetensors --write
	$(PY) -m benchmarks.finetune --keep build/bench
	$(PY) -m benchmarks.convert --keep build/bench
	$(PY) -m benchmarks.mandarin --voice build/bench/1688.safetensors
	$(PY) -m benchmarks.watermark --voice build/bench/1688.safetensors
	$(PY) -m benchmarks.consent
	$(PY) -m benchmarks.flood
	$(PY) -m benchmarks.start

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache
