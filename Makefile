# One command each; everything they need is made on the way. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
UV_VERSION := 0.13.9
export UV_PROJECT_ENVIRONMENT := .venv
export UV_PYTHON_DOWNLOADS := never
STAMP := .venv/.locked

# A Python >= 3.12: $PYTHON if given, else the first of these that runs (pyenv's shims answer without running).
PYTHON ?= $(shell for p in python3.12 python3.13 python3 $${PYENV_ROOT:-$$HOME/.pyenv}/versions/3.1[23]*/bin/python; do \
	$$p -c 'import sys; sys.exit(not (3, 12) <= sys.version_info[:2] < (3, 14))' 2>/dev/null && echo $$p && break; done)

.PHONY: help env run test check browser bench up score wheel

help: ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

env: $(STAMP) ## make .venv from the lock file

$(STAMP): pyproject.toml uv.lock
	@test -n "$(PYTHON)" || { echo "make: Python 3.12 or 3.13 is needed and was not found; install it or say where: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@test -x .venv/bin/uv || { "$(PYTHON)" -m venv --clear .venv && .venv/bin/python -m pip install -q --disable-pip-version-check uv==$(UV_VERSION); }
	@.venv/bin/uv sync --frozen --quiet
	@touch $@

run: env ## the whole pipeline on the sample agencies, watched in the Airflow UI (ARGS=--once ends after the summary)
	@.venv/bin/dabir run $(ARGS)

test: check browser ## all checks and all tests
	@.venv/bin/pytest $(ARGS)

check: env ## ruff, mypy, import contracts
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-cache

# The pages are tested in a Chromium. Where there is none and we may, Debian's is installed; else those tests say so.
browser:
	@test -n "$$CHROMIUM" || command -v chromium chromium-browser >/dev/null || { \
		test "$$(id -u)" = 0 && command -v apt-get >/dev/null && echo "make: installing Chromium for the browser tests" && \
		{ timeout 120 apt-get -qq update && DEBIAN_FRONTEND=noninteractive timeout 300 apt-get -qq install -y --no-install-recommends chromium; } >/dev/null 2>&1; \
	} || echo "make: no Chromium: the browser tests are skipped; apt-get install chromium, or name one in CHROMIUM" >&2

bench: env ## every benchmark, each held to its floor
	@status=0; for f in bench/[a-z]*.py; do .venv/bin/python -m bench.$$(basename $$f .py) || status=1; done; exit $$status

score: env ## how well extraction does on the annotated articles (DABIR_EVALUATION=folder, ARGS="--zwnj all --errors 5")
	@.venv/bin/python -m dabir.evaluation $(ARGS)

wheel: env ## dist/: what production installs, with `parsing` compiled by mypyc (needs a C compiler, takes minutes)
	@HATCH_BUILD_HOOK_ENABLE_CUSTOM=true .venv/bin/hatchling build -t wheel

up: ## the scaled-out deployment in containers
	docker compose up --build --detach
