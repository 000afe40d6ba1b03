# What a person runs: `make demo` shows envctl at work, `make test` proves it.

# Python 3.11 first: it is the one whose torch wheel for the CPU is small on a plain package index.
PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3.10 python3; do \
	if $$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; \
	then echo $$python; break; fi; done)
VENV ?= .venv
BIN = $(VENV)/bin

.PHONY: help setup test test-gpu torture lint demo bench envs picture clean

help:
	@echo 'make demo      render, create and run a torch environment, every command shown'
	@echo 'make test      lint, types and the whole suite'
	@echo 'make test-gpu  the tests that need an NVIDIA GPU, with a torch beside envctl'
	@echo 'make torture   kill, fill up and crowd at every point where the suite takes a few: an hour'
	@echo 'make bench     ratios against the bare tools, measured in one run'
	@echo 'make envs      write envs/ and the golden files anew from the templates'
	@echo 'make picture   write docs/demo.svg anew from a real run'

$(VENV)/installed: pyproject.toml
	@test -n "$(PYTHON)" || { echo 'no Python >= 3.10 with venv and ensurepip on PATH; set PYTHON='; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	@touch $@

setup: $(VENV)/installed

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: lint
	$(BIN)/python -m pytest

test-gpu: setup
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[torch]'
	$(BIN)/python -m pytest -m gpu

torture: setup
	$(BIN)/python -m pytest -m torture

demo: setup
	$(BIN)/python docs/demo.py

bench: setup
	$(BIN)/python benchmarks/bench.py

envs: setup
	$(BIN)/python -m pytest tests/templates --write-golden

picture: setup
	$(BIN)/python docs/demo.py --picture docs/demo.svg

clean:
	rm -rf $(VENV) .cache .demo .mypy_cache .ruff_cache .pytest_cache .hypothesis
