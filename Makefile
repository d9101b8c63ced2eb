SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
# Where it is set, each of a platform's many processes would compile the same modules anew: 0.5 to 4 s.
unexport PYTHONDONTWRITEBYTECODE
.DEFAULT_GOAL := help

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	  || { echo "Python 3.11, 3.12 or 3.13 is needed: make PYTHON=python3.12 ..."; exit 1; }
	@echo "Installing the locked dependencies into .venv (about a minute, once)."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: .venv/ready ## a Shopify store and a Chord OMS, emulated, become modelled and checked tables
	@$(BIN)/chord demo

up: .venv/ready ## Dagster's web page and daemon on this folder's platform (DEMO=1 adds the emulated vendors)
	@$(BIN)/chord up $(if $(DEMO),--demo)

# More workers than two cores: half of the longest tests is waiting, for limits and for servers.
test: .venv/ready ## every test
	@$(BIN)/python -m pytest -n 4 --dist loadgroup

check: .venv/ready ## style, types, floors
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/basedpyright
	@$(BIN)/lint-imports

bench: .venv/ready ## measured ratios (several minutes)
	@$(BIN)/python -m benchmarks

lock: .venv/ready ## resolve the dependencies again (needs uv)
	@uv pip compile --universal --generate-hashes --no-header --quiet --no-emit-index-url \
	  --python-version 3.11 --extra dev --extra bench pyproject.toml -o requirements.lock

.PHONY: help demo up test check bench lock
