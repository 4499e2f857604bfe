# Two commands matter: `make run` and `make test`. `make help` lists the others.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PY := .venv/bin/python
export PYTHONDONTWRITEBYTECODE :=
HOST ?= 127.0.0.1
PORT ?= 8000
BENCH ?=
TESTS ?=
DRILLS ?= drills
JOBS ?= $(shell n=$$(nproc 2>/dev/null || echo 1); echo $$((n < 4 ? n : 4)))
UV := UV_PYTHON_DOWNLOADS=never .venv/bin/uv
LOCK := $(UV) pip compile --quiet --universal --generate-hashes --no-header --upgrade

.PHONY: help run test attacks drills check demo bench clean lock setup setup-test

help:  ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## */  make \1\t/' | expand -t 16

run: setup  ## the portal with its demonstration on this machine (PORT=8000)
	@$(PY) manage.py serve --demo --host $(HOST) --port $(PORT)

demo: setup  ## load the demonstration data only (ARGS="--scale city" for 200,000 cases)
	@$(PY) manage.py migrate --verbosity 0
	@$(PY) manage.py demo $(ARGS)

test: setup-test  ## the whole suite on a real PostgreSQL, Redis and Celery worker (TESTS=tests/records for a part; JOBS=1 one after the other)
	@$(PY) -m pytest $(if $(filter-out 1,$(JOBS)),-n $(JOBS) --dist loadscope --no-loadscope-reorder) $(TESTS)

attacks: setup-test  ## every address as every role on every ownership, every kind of page in a browser (`make test` samples both), forged fields, fuzz
	@YIMEN_WALK=full $(PY) -m pytest tests/attacks tests/records/test_pdf_templates.py tests/browser/test_crawl.py -s

drills: setup-test  ## cut PostgreSQL off, end gunicorns, kill workers, fill the disk, under load (DRILLS=drills/test_database.py for one)
	@$(PY) -m pytest -s $(DRILLS)

check: setup-test  ## style, layers, templates, migrations, production settings, compose file
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/lint-imports --no-cache
	@.venv/bin/djlint templates --lint --quiet
	@$(PY) manage.py makemigrations --check --dry-run
	@$(PY) scripts/as_production.py manage.py check --deploy --fail-level WARNING
	@$(PY) scripts/check_compose.py

bench: setup-test  ## measure against floors taken in the same run (BENCH=login for one)
	@$(PY) -m bench $(BENCH)

lock:  ## resolve the newest allowed versions again
	@$(LOCK) installer.in -o installer.lock
	@$(LOCK) requirements.in -o requirements.lock
	@$(LOCK) dev.in -o dev.lock
	@$(LOCK) node.in -o node.lock
	@npm install --package-lock-only --ignore-scripts

clean:  ## remove everything that was built or stored here, the data in var/ too
	@rm -rf .venv build var node_modules .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

setup:
	@scripts/setup.sh run

setup-test:
	@scripts/setup.sh test
