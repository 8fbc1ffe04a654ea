# customer_segmentation: `make run` and `make test` need python3 (3.11 to 3.13), make and a Python package index.

PYTHON ?= python3
PACKAGES ?= auto
VERBOSE ?=
AS_OF ?= 2026-06-30
CUSTOMERS ?=
SEED ?=
SIZES ?=
REPEATS ?=
SAMPLE ?=
WORKERS ?= auto
NAMES ?=
EXAMPLE ?= example_data
EXAMPLE_WAREHOUSE ?= warehouse/example

BIN = .venv/bin
SETUP = $(if $(VERBOSE),SETUP_VERBOSE=1) $(PYTHON) scripts/setup.py --packages $(PACKAGES)
EXAMPLE_OPTIONS = $(strip --until $(AS_OF) $(if $(CUSTOMERS),--customers $(CUSTOMERS)) $(if $(SEED),--seed $(SEED)))

# Python keeps what it compiled, in .venv too: dbt starts in half the time. Where that was switched off it is on again.
unexport PYTHONDONTWRITEBYTECODE

# No program that is started here sends usage statistics.
export DO_NOT_TRACK = 1
export DBT_SEND_ANONYMOUS_USAGE_STATS = false

.DEFAULT_GOAL := help
.PHONY: help setup example run lint parse test mutations faults bench lock audit clean

help: ## what can be made
	@grep -E '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## /  make \1|/' | awk -F '|' '{ printf "%-14s %s\n", $$1, $$2 }'
	@echo "Settings: AS_OF=$(AS_OF) EXAMPLE=$(EXAMPLE) EXAMPLE_WAREHOUSE=$(EXAMPLE_WAREHOUSE) CUSTOMERS= SEED= PYTHON=$(PYTHON) PACKAGES=auto|hub|offline VERBOSE=1"

setup: ## the Python environment .venv and the dbt packages
	@$(SETUP)

# The folder is made again when the settings or the generator changed. A folder that the generator did not make
# (it has no truth/) is somebody's own data and is left alone.
example: setup ## the example company in example_data/
	@made="$(EXAMPLE_OPTIONS) $$(cat customer_segmentation/example*.py customer_segmentation/example*/*.py 2>/dev/null | cksum)"; \
	if [ -d "$(EXAMPLE)" ] && [ ! -d "$(EXAMPLE)/truth" ]; then \
	    echo "$(EXAMPLE)/ was not made by \`make example\`: move it away, or use your data with \`$(BIN)/customer-segmentation refresh --input $(EXAMPLE) --as-of today\`." >&2; \
	    exit 2; \
	elif [ -d "$(EXAMPLE)" ] && [ "$$(cat "$(EXAMPLE)/truth/.settings" 2>/dev/null)" = "$$made" ]; then \
	    echo "Example: $(EXAMPLE)/ is there"; \
	else \
	    rm -rf "$(EXAMPLE)" && \
	    $(BIN)/customer-segmentation example --output "$(EXAMPLE)" $(EXAMPLE_OPTIONS) && \
	    mkdir -p "$(EXAMPLE)/truth" && echo "$$made" > "$(EXAMPLE)/truth/.settings"; \
	fi

# In a warehouse of its own: the example is no earlier run of anybody's company.
run: example ## set up, generate the example company, refresh the segments, say where everything is
	@$(BIN)/customer-segmentation refresh --input "$(EXAMPLE)" --as-of $(AS_OF) --warehouse "$(EXAMPLE_WAREHOUSE)"

lint: setup ## style and errors of Python and SQL
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python scripts/lint_sql.py

parse: setup ## the dbt project, with deprecations as errors
	$(BIN)/dbt parse --profiles-dir . --no-partial-parse --show-all-deprecations --warn-error-options '{"error": ["Deprecations"]}'

test: lint parse ## set up and everything that proves it, the slow tests too
	$(BIN)/pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder

mutations: setup ## change one line at a time: dbt's tests must notice (SAMPLE=12 for a few, NAMES="..." for some)
	$(BIN)/python tests/mutations/run.py $(NAMES) $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(SEED),--seed $(SEED))

faults: setup ## kill refreshes, fill disks, deliver broken files: nothing half may be seen (KILLS=10 ROUNDS=1 REFRESHES=6 COUNT=200 for a few)
	$(BIN)/python tests/faults/run.py $(if $(KILLS),--kills $(KILLS)) $(if $(ROUNDS),--rounds $(ROUNDS)) \
	    $(if $(REFRESHES),--refreshes $(REFRESHES)) $(if $(COUNT),--count $(COUNT)) $(if $(MINUTES),--minutes $(MINUTES)) $(if $(SEED),--seed $(SEED)) $(if $(ONLY),--only $(ONLY))

bench: setup ## time and memory beside lifetimes and pymc-marketing (SIZES=10000 for a quick one)
	$(BIN)/python benchmarks/run.py $(if $(SIZES),--sizes $(SIZES)) $(if $(REPEATS),--repeats $(REPEATS))

LOCK = $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --upgrade

lock: setup ## maintainers: make requirements.lock, and those of the benchmark, again
	$(LOCK) pyproject.toml --extra test --extra build -o requirements.lock
	for name in benchmarks/requirements-lifetimes benchmarks/requirements-pymc-marketing scripts/requirements-audit; do \
	    $(LOCK) $$name.in -o $$name.lock || exit 1; \
	done

audit: setup ## known weaknesses of what the lock files pin (asks the advisories of the package index)
	@$(BIN)/python scripts/audit.py

clean: ## remove what set-up, dbt and the tests made; warehouse/ and example_data/ stay
	rm -rf .venv dbt_packages target logs *.egg-info integration_tests/target integration_tests/logs
	rm -rf .pytest_cache .ruff_cache .hypothesis benchmarks/.venvs benchmarks/.work
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
