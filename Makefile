# Two commands are enough: `make demo` looks around, `make check` is everything CI runs. Packages are installed by plain
# pip from the hashed lists in requirements/, with whatever pip configuration the machine has. A stamp file stands for
# each list, so a second run installs nothing.

# The first Python that is new enough; another one with `make setup PYTHON=/path/to/python`.
PYTHON ?= $(shell for python in python3.11 python3; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)

VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-input
UV_COMPILE := $(BIN)/uv pip compile --quiet --no-config pyproject.toml --universal --python-version 3.11 \
	--generate-hashes --no-header $(LOCK_FLAGS)

# One process more than there are usually cores: those on a terminal of their own mostly wait for it. Each takes
# a few tests at a time, the slow ones first.
TOGETHER := --numprocesses 3 --dist load --maxschedchunk 8

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo test proof check format lock docs pictures messages bench bench-quick clean

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' Makefile

setup: $(VENV)/run-ok ## install what running needs; the command is then .venv/bin/vedtak

demo: setup ## open the sample partnership (prints a summary where there is no terminal)
	@$(BIN)/vedtak demo

test: $(VENV)/dev-ok ## the whole test suite
	@$(BIN)/python -m pytest $(TOGETHER)

proof: $(VENV)/dev-ok ## a million answers held against replay, every byte of a ledger file damaged, random keys (10 minutes)
	@VEDTAK_PROOF=1 $(BIN)/python -m pytest -q -s tests/test_index.py
	@VEDTAK_PROOF=1 $(BIN)/python -m pytest -q -m proof

check: $(VENV)/dev-ok ## everything CI runs: format, lint, types, contracts, dependencies, tests with coverage
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/python -m pytest --cov $(TOGETHER)

format: $(VENV)/dev-ok ## put the code in its one shape and mend what can be mended by itself
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

lock: $(VENV)/dev-ok ## recompile the lists after a change in pyproject.toml (newer versions: LOCK_FLAGS=--upgrade)
	$(UV_COMPILE) --group build -o requirements/run.txt
	$(UV_COMPILE) --group build --extra serve -c requirements/run.txt -o requirements/serve.txt
	$(UV_COMPILE) --group dev --extra serve -c requirements/serve.txt -o requirements/dev.txt
	$(UV_COMPILE) --group bench -c requirements/run.txt -o requirements/bench.txt

docs: setup ## write the event catalogue, the schema and where each event type is declared anew
	$(BIN)/python -m ledger.events
	$(BIN)/vedtak catalogue --write docs

# The errors carry two messages each, problem and remedy. A keyword written name:1,2 would mean "singular, plural", so
# the second is asked for once for every number of arguments a call can have.
ERRORS := LedgerError Refused InvalidInput Unreadable Conflict
KEYWORDS := -k ngettext_:1,2 $(foreach error,$(ERRORS),-k $(error):1 $(foreach count,2 3 4 5 6 7 8 9 10 11 12,-k $(error):2,$(count)t))
LOCALE := tui/locale

pictures: $(VENV)/dev-ok ## take the pictures in docs/img anew
	@$(BIN)/python -m pytest -q tests/test_pictures.py --golden-update

messages: $(VENV)/dev-ok ## collect what people read, bring the Norwegian catalogue up to date and compile it
	@mkdir -p $(LOCALE)
	@$(BIN)/pybabel --quiet extract -F pyproject.toml $(KEYWORDS) --project=vedtak --copyright-holder="The Vedtak contributors" --no-location --sort-output \
		-o $(LOCALE)/vedtak.pot ledger projections tui
	@$(BIN)/pybabel --quiet update -D vedtak -d $(LOCALE) -l nb -i $(LOCALE)/vedtak.pot --init-missing \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	@$(BIN)/pybabel --quiet compile -D vedtak -d $(LOCALE) -l nb

bench: $(VENV)/bench-ok ## measure everything at all sizes and write bench/REPORT.md (about an hour)
	@$(BIN)/python -m bench

bench-quick: $(VENV)/bench-ok ## the same at 10 000 entries and without the slow peers, in less than two minutes
	@$(BIN)/python -m bench --quick

clean: ## remove everything that can be made again, the environment too
	rm -rf $(VENV) build dist .coverage htmlcov .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed. Install it, or name one: make setup PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/run-ok: requirements/run.txt pyproject.toml | $(BIN)/python
	@$(PIP_INSTALL) --require-hashes -r requirements/run.txt
	@$(PIP_INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

# The development list holds the run list too, so both stamps are set.
$(VENV)/dev-ok: requirements/dev.txt pyproject.toml | $(BIN)/python
	@$(PIP_INSTALL) --require-hashes -r requirements/dev.txt
	@$(PIP_INSTALL) --no-deps --no-build-isolation -e .
	@touch $(VENV)/run-ok $@

# The peers come beside whatever is there; those that are not on this machine are left out of the report by name.
$(VENV)/bench-ok: requirements/bench.txt pyproject.toml | $(VENV)/run-ok
	@$(PIP_INSTALL) --require-hashes -r requirements/bench.txt
	@touch $@
