# Everything a person does here is a target; `make` alone lists them. Needs Python >= 3.11 and git, nothing else:
# Node is taken from PyPI when the system has none, Chromium for the browser tests is installed when it is missing.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.SUFFIXES:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# `make run ARGS="--port 9000 --no-browser"`
ARGS ?=
# A process of tests for every processor, up to four: each holds the numerics and starts servers with workers of their own.
# One that has nothing left takes tests over from another. `make test WORKERS=0` runs them one after the other.
WORKERS ?= logical
PYTEST = $(BIN)/python -m pytest --numprocesses $(WORKERS) --maxprocesses 4 --dist worksteal

RUNTIME := $(VENV)/.runtime
DEVELOPMENT := $(VENV)/.development
NODE := $(VENV)/.node-path
CHROMIUM := $(VENV)/.chromium-path
MODULES := frontend/node_modules/.installed
PAGE := server/static/index.html

NPM := PATH="$$(cat $(NODE)):$$PATH" npm --prefix frontend
PAGE_SOURCES := $(shell find frontend/src frontend/public frontend/*.html frontend/*.ts frontend/*.js frontend/tsconfig.json -type f 2>/dev/null)

.PHONY: help run install build test check bench clean pin \
        test-python test-frontend test-packaging test-e2e check-python check-frontend format screenshot

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

run: $(RUNTIME) $(PAGE) ## install what is missing, build the page, start Kanscope and open the browser
	@$(BIN)/kanscope serve $(ARGS)

install: $(DEVELOPMENT) $(MODULES) ## everything for development: Python and page tools
build: $(PAGE) ## build the page into the server's package data

test: check test-python test-frontend test-packaging test-e2e ## all checks and tests, browser tests included

# Both halves compute in one thread for the most part, so they run side by side; what the page's says is printed after the other's.
check: $(DEVELOPMENT) $(MODULES) ## static checks only: style, types, layers, house rules
	@$(MAKE) --no-print-directory check-frontend >$(VENV)/.check-frontend.log 2>&1 & page=$$!; \
	$(MAKE) --no-print-directory check-python; status=$$?; \
	wait $$page || status=$$?; \
	cat $(VENV)/.check-frontend.log; exit $$status

check-python: $(DEVELOPMENT) $(MODULES)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports --no-logo
	PATH="$$(cat $(NODE)):$$PATH" $(BIN)/python -m scripts.house_rules

check-frontend: $(MODULES)
	$(NPM) run check

test-python: $(DEVELOPMENT) ## Python tests without the browser
	$(PYTEST) -m "not e2e and not packaging" --durations=10 --cov --cov-report=term

test-frontend: $(MODULES) ## unit tests of the page
	$(NPM) test

test-packaging: $(DEVELOPMENT) $(PAGE) ## build the wheel and look inside
	$(BIN)/python -m pytest -m packaging

test-e2e: $(DEVELOPMENT) $(PAGE) $(CHROMIUM) ## browser tests in real Chromium against a real server
	KANSCOPE_CHROMIUM="$$(cat $(CHROMIUM))" $(BIN)/python -m pytest -m e2e

bench: $(RUNTIME) $(PAGE) ## measure side by side with peers; writes benchmarks/results and the table of the README
	$(BIN)/python -m benchmarks $(ARGS)

format: $(DEVELOPMENT) $(MODULES) ## format Python and page sources
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .
	$(NPM) run format

screenshot: $(DEVELOPMENT) $(PAGE) $(CHROMIUM) ## take the documents' pictures of the real program
	KANSCOPE_CHROMIUM="$$(cat $(CHROMIUM))" $(BIN)/python -m scripts.screenshot

pin: $(DEVELOPMENT) ## write the versions installed now into constraints.txt
	$(BIN)/python -m scripts.pin > constraints.new && mv constraints.new constraints.txt

clean: ## remove everything that was installed or built
	rm -rf $(VENV) benchmarks/.venv frontend/node_modules server/static dist build tests/e2e/artifacts
	rm -rf .pytest_cache .ruff_cache .hypothesis .import_linter_cache .coverage

# --- what is installed and built; each file stands for its step -------------------------------------------------------------

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Kanscope needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 ..." >&2; exit 1; }
	@echo "Making $(VENV) ..."
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Python's venv module is not complete; on Debian: apt-get install python3-venv" >&2; exit 1; }

$(RUNTIME): pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing Python packages (the first time this takes a minute) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

$(DEVELOPMENT): $(RUNTIME)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

$(NODE): | $(BIN)/python
	@$(BIN)/python -m scripts.node > $@

$(MODULES): frontend/package.json frontend/package-lock.json $(NODE)
	@echo "Installing page packages ..."
	@$(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@

$(PAGE): $(PAGE_SOURCES) $(MODULES)
	@echo "Building the page ..."
	@$(NPM) run --silent build -- --logLevel warn
	@touch $@

$(CHROMIUM): $(DEVELOPMENT)
	@$(BIN)/python -m scripts.chromium > $@
