# Every target sets up what it needs. `make help` lists them.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
WORKERS ?= auto

.DEFAULT_GOAL := help

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-10s %s\n", $$1, $$2}'

.PHONY: setup
setup: $(READY) ## Make .venv with the locked dependencies

# --no-deps: the lock is whole. pip would otherwise look at newer releases of what one of its packages asks for with an
# extra (`pydantic[email]`), and then refuse them for want of a hash.
$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

.PHONY: serve
serve: setup ## Serve the built-in core over HTTP, answered by the sandbox: no account, no internet
	$(BIN)/python cli.py serve --transport http --sandbox

# The compiled modules are kept whatever the environment says: the tests start some 150 processes, and pytest rewrites
# the asserts of 340 files, which takes longer than to run them.
.PHONY: test
test: setup ## Run the tests
	env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

.PHONY: official-documents
official-documents:
	@test -n "$(BRIDGE_SPECS_DIR)" || { echo "Set BRIDGE_SPECS_DIR to the folder that holds the official documents, <vendor>/<name>.json." >&2; exit 1; }

.PHONY: official
official: official-documents setup ## Call every official operation and compare what is sent and what comes back
	$(BIN)/python -m tests.official.fidelity.run

.PHONY: official-bare
official-bare: official-documents setup ## The same calls through FastMCP alone, to compare with
	$(BIN)/python -m tests.official.fidelity.run --bare

.PHONY: bench
bench: official-documents setup ## Measure speed and memory against bare FastMCP
	$(BIN)/python -m benchmarks.speed

.PHONY: load
load: setup ## Make 2,000 calls with 200 callers' tokens while vendors fail and clients give up, in each listing mode
	$(BIN)/python -m tests.end_to_end.load

.PHONY: soak
soak: setup ## Make 20,000 calls over stdio and HTTP and print the server's memory after each 1,000
	$(BIN)/python -m benchmarks.soak

.PHONY: retrieval
retrieval: official-documents setup ## Measure the search beside FastMCP's, over the requests of benchmarks/retrieval
	$(BIN)/python -m benchmarks.retrieval

.PHONY: check
check: setup ## Lint, types, import rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: format
format: setup ## Format the code and the core documents, and mend what the linter can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/python -m tests.core.formatting

.PHONY: golden
golden: setup ## Write the golden files of the tests, and what is derived from the core documents, anew
	$(BIN)/python -m pytest -q --regenerate-golden tests/server/test_golden_listing.py \
		tests/catalogue/test_overrides_schema.py tests/catalogue/test_core_index.py

.PHONY: lock
lock: ## Write requirements.lock anew (needs uv)
	uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-header --no-emit-index-url \
		--quiet --output-file requirements.lock

.PHONY: clean
clean: ## Remove what the targets made
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
