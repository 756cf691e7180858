# One entry to the work. Every target sets up what it needs; nothing but Python 3.11+, its venv and an index is assumed.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
BENCH_VENV := .venv-bench
BENCH_INSTALLED := $(BENCH_VENV)/.installed
# The programs in bench/ (its other files are parts of them); the long ones only run by name.
BENCHES := $(sort $(basename $(notdir $(shell grep -ls '^if __name__' bench/*.py))))
LONG_BENCHES := api backfill_kills daemons dates day footprint kills lookup meaning million scale eval_vectors memory \
	fuzz polite service warc year
# Those that need labelled files which are not the project's: `python bench/NAME.py DATA_FOLDER`.
DATA_BENCHES := facts facts_rarity facts_weights make_means train_judge

# The first Python that is new enough: a name on the PATH may be a shim without a version behind it.
PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3.14 python3 python; do \
	if "$$name" -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo "$$name"; break; fi; done)

# Wheels only: nothing is compiled here, and no setup.py of a stranger runs. The pip of the environment stays as it is.
PIP_INSTALL = -m pip install --disable-pip-version-check --quiet --only-binary :all:

# An environment that another project left active must not leak into ours. Nor must a wish for no bytecode: hundreds of
# processes that the tests start would each compile the program anew.
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV PIP_REQUIRE_VIRTUALENV PIP_USER PYTHONDONTWRITEBYTECODE

.PHONY: help install demo test check format bench run eval eval-vectors polite year kill daemons backfill-kills dates smtp-faults \
	fuzz constraints clean

help: ## this list
	@grep -hE '^[a-z%-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z%-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

install: $(INSTALLED) ## everything in .venv; again only when pyproject.toml or constraints.txt changed
	@echo "$(VENV) is up to date"

$(INSTALLED): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "make: no Python 3.11 or newer found; install one, or name it: make PYTHON=/path/to/python" >&2; exit 1; }
	@if ! $(BIN)/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		echo "Making $(VENV) with $$($(PYTHON) --version)"; rm -rf $(VENV); $(PYTHON) -m venv $(VENV); fi
	@echo "Installing what constraints.txt names into $(VENV)"
	@$(BIN)/python $(PIP_INSTALL) --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: $(INSTALLED) ## the whole job offline on the bundled newsroom; prints where the edition lies
	@$(BIN)/watcher demo $(if $(OUT),--out $(OUT))

# One more worker than cores, as a third of the time is waiting: for servers that hang, processes, a browser. Who runs
# what is said in tests/support/turns.py.
WORKERS ?= $(shell cores=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); echo $$((cores < 4 ? cores + 1 : 5)))
# Plugins that no test uses would be imported by each process for half a second.
PYTEST = $(BIN)/python -m pytest --numprocesses $(WORKERS)

test: $(INSTALLED) ## the test suite
	$(PYTEST)

check: $(INSTALLED) ## format, lint, types, import contracts, tests: what CI runs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python bench/fuzz.py --short
	$(BIN)/python bench/kills.py --short
	$(PYTEST) --durations=10 -m 'long or not long'

format: $(INSTALLED) ## puts the code into the format that `make check` asks for
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix-only --quiet . || true

eval: $(INSTALLED) ## measured quality on the labelled files in tests/eval, against floors that only rise
	$(BIN)/python -m pytest tests/eval -q -s

eval-vectors: $(INSTALLED) ## the vectors that it measures with, made again after a measured text changed
	$(BIN)/python bench/eval_vectors.py

run: $(INSTALLED) ## the daemon on config.toml
	exec $(BIN)/watcher run

bench: $(addprefix bench-,$(filter-out $(LONG_BENCHES) $(DATA_BENCHES),$(BENCHES))) ## every figure of the README, beside its peers

bench-%: $(INSTALLED) $(BENCH_INSTALLED) ## one of them
	@test -f bench/$*.py || { echo "make: there is no bench/$*.py; there are: $(BENCHES)" >&2; exit 2; }
	$(BIN)/python bench/$*.py

polite: $(INSTALLED) ## the polite-reader score: a simulated week, 500 feeds, 100 restarts, 20 checks
	nice $(BIN)/python bench/polite.py

year: $(INSTALLED) ## a simulated year of 200 sources: no lead lost, no source forgotten, every request explained
	nice $(BIN)/python bench/year.py

dates: $(INSTALLED) ## one edition for each local date: every zone, every change of its clock until 2037, 48 times of day
	nice $(BIN)/python bench/dates.py

smtp-faults: $(INSTALLED) ## nine stages of a mail's conversation x five faults x one and three readers, retried for 48 hours
	SMTP_FAULTS=all $(BIN)/python -m pytest -m 'long or not long' tests/delivery/test_smtp_faults.py

kill: $(INSTALLED) ## a thousand kills of the real program: no article and no mail lost, none doubled; KILLS=60 for fewer, DATABASE=postgresql
	nice $(BIN)/python bench/kills.py $(if $(KILLS),--kills $(KILLS)) $(if $(DATABASE),--database $(DATABASE))

daemons: $(INSTALLED) ## four daemons on one PostgreSQL, killed and cut off a hundred times: nothing lost, early or twice
	nice $(BIN)/python bench/daemons.py $(if $(DISTURBANCES),--disturbances $(DISTURBANCES))

backfill-kills: $(INSTALLED) ## fifty kills during a backfill of three providers: the archive of one clean run; KILLS=10 for fewer
	nice $(BIN)/python bench/backfill_kills.py $(if $(KILLS),--kills $(KILLS))

$(BENCH_INSTALLED): bench/requirements.txt $(INSTALLED)
	@test -x $(BENCH_VENV)/bin/python || $(PYTHON) -m venv $(BENCH_VENV)
	@echo "Installing the peers into $(BENCH_VENV)"
	@$(BENCH_VENV)/bin/python -m pip install --disable-pip-version-check --quiet --requirement bench/requirements.txt
	@touch $@

constraints: ## constraints.txt anew, from the newest versions that pyproject.toml allows
	@fresh=$$(mktemp -d); trap 'rm -rf "$$fresh"' EXIT; \
	$(PYTHON) -m venv "$$fresh/venv"; \
	"$$fresh/venv/bin/python" $(PIP_INSTALL) --editable '.[dev]'; \
	{ head -1 constraints.txt; "$$fresh/venv/bin/python" -m pip freeze --exclude-editable; } > "$$fresh/new"; \
	if grep -n '[@/]' <(tail -n +2 "$$fresh/new"); then echo "make: an address got into the list" >&2; exit 1; fi; \
	cp "$$fresh/new" constraints.txt; git --no-pager diff --stat constraints.txt || true

fuzz: $(INSTALLED) ## a million damaged feeds through the reader of feeds, resumable; the short form is in `make check`
	$(BIN)/python bench/fuzz.py

clean: ## everything that make made, both environments included
	rm -rf $(VENV) $(BENCH_VENV) .cache .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist demo-out *.egg-info
	find watcher tests bench -name __pycache__ -type d -prune -exec rm -rf {} +
