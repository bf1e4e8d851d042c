# One command each: `make run`, `make test`, `make bench`. Needed on the machine: Python >= 3.11, make, a package index.
# Everything is set up in .venv inside the checkout and reused; the files .venv/.at-* say what is done already.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# Set to use another interpreter: make test PYTHON=/path/to/python3.12 (after `make distclean`).
PYTHON ?=
# Arguments of `paysignal up`: make run ARGS=--exit-when-done
ARGS ?=
# What pytest is asked for: make test TESTS="tests/unit -k period"
TESTS ?=

# Directories are listed as well: a deleted file changes only its directory's time.
SOURCES := $(shell find producers streams metrics deploy/paysignal -name __pycache__ -prune -o -print 2>/dev/null)
BUILT_FROM := pyproject.toml LICENSE $(wildcard README.md) $(SOURCES)

.PHONY: help run test check dev bench soak format schemas dashboards manifests pictures licences audit lock clean distclean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/.at-project ## Set up, then `paysignal up $(ARGS)`: broker, producers, worker, exporter, page
	@$(BIN)/paysignal up $(ARGS)

# Most of a broker's test is waiting, so two files at a time; a third would only slow the two on a small machine.
# pytest answers 5 where nothing of what TESTS names is to be run, which either of the two parts may say.
PYTEST = PAYSIGNAL_TEST_WHEEL=1 $(VENV)/wheel/bin/python -P -m pytest
test: check $(VENV)/.at-wheel ## The whole check: lint, format, types, layers, and all tests against the built wheel
	@printf '· tests, against the built wheel, two files at a time\n'
	@$(PYTEST) -n 2 --dist loadfile --no-loadscope-reorder -m 'not bench and not soak and not alone' $(TESTS) || [ $$? = 5 ]
	@printf '· tests that want the machine to themselves\n'
	@$(PYTEST) -m 'alone and not bench and not soak' $(TESTS) || [ $$? = 5 ]

check: $(VENV)/.at-dev $(VENV)/.at-project ## The quick part of `make test`: lint, format, types, layers
	@printf '· ruff check\n'
	@$(BIN)/ruff check --quiet .
	@printf '· ruff format --check\n'
	@$(BIN)/ruff format --quiet --check .
	@printf '· mypy --strict\n'
	@$(BIN)/mypy --strict --no-error-summary
	@printf '· layers (import-linter)\n'
	@$(BIN)/lint-imports > $(VENV)/layers.txt 2>&1 || { cat $(VENV)/layers.txt; exit 1; }

dev: $(VENV)/.at-dev $(VENV)/.at-project ## Set up .venv for development: tools, and the project editable
	@printf '· ready: $(BIN)/paysignal, $(BIN)/pytest, $(BIN)/ruff, $(BIN)/mypy\n'

bench: $(VENV)/.at-dev $(VENV)/.at-project ## `paysignal bench $(ARGS)` on a Kafka of its own: throughput, latency, restore
	@tests/broker/get-kafka
	@$(BIN)/python -m tests.tools.serving $(BIN)/paysignal bench $(ARGS)

soak: $(VENV)/.at-dev $(VENV)/.at-project ## The tests that take minutes
	@$(BIN)/python -P -m pytest -m soak --timeout 3600 -s

format: $(VENV)/.at-dev ## Let ruff rewrite what it can
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

schemas: $(VENV)/.at-dev $(VENV)/.at-project ## Write the JSON Schemas of the wire types again, and docs/asyncapi.json
	@$(BIN)/python -m paysignal.facts.schemas
	@$(BIN)/python -m paysignal.facts.asyncapi > docs/asyncapi.json

dashboards: $(VENV)/.at-dev ## Write the Grafana dashboards again
	@cd deploy && ../$(BIN)/python -m grafana.build

pictures: $(VENV)/.at-dev $(VENV)/.at-project ## Take the pictures of the page again (chromium)
	@$(BIN)/python -m tests.tools.pictures

manifests: $(VENV)/.at-dev ## Write the Kubernetes manifest of the Prometheus rules again
	@cd deploy && ../$(BIN)/python -m kubernetes.build

licences: $(VENV)/.at-dev ## Write docs/licences.md again
	@$(BIN)/python -m tests.tools.licences

audit: $(VENV)/.at-dev ## Ask the advisory databases about the packages that paysignal runs on
	@$(BIN)/pip-audit --requirement deploy/requirements.lock --require-hashes --disable-pip --progress-spinner off

# The locks hold for every platform and Python named in pyproject.toml. Versions stay as they are locked now unless
# asked otherwise: make lock ARGS=--upgrade, or ARGS="--upgrade-package numpy".
UV := .cache/uv/bin/uv
COMPILE = $(UV) pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--custom-compile-command 'make lock' --no-emit-index-url --no-emit-find-links $(ARGS)
lock: $(UV) ## Resolve pyproject.toml again into the three hashed lock files
	@$(COMPILE) pyproject.toml --output-file deploy/requirements.lock
	@$(COMPILE) --constraint deploy/requirements.lock pyproject.toml --group dev --output-file tests/requirements.lock
	@$(COMPILE) --constraint tests/requirements.lock --group pyproject.toml:build --output-file deploy/build.lock

clean: ## Remove what was built and the tools' caches; .venv and downloads stay
	@rm -rf build dist $(VENV)/wheel $(VENV)/.at-wheel .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find producers streams metrics deploy tests -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean ## Remove .venv and the downloads as well
	@rm -rf $(VENV) .cache

# ---------------------------------------------------------------------------------------------------------- set-up

# A python3.12 on the PATH may be a shim that only prints a sentence, or lack the module venv: each is tried by running.
define FIND_PYTHON
find_python() { \
	old=; bare=; \
	for name in $(PYTHON) python3.13 python3.12 python3.11 python3 python; do \
		case $$name in */*) places=;; *) places=$$(printf '%s\n' "$$PATH" | tr ':' '\n');; esac; \
		for at in $${places:-/}; do \
			case $$name in */*) try=$$name;; *) try=$$at/$$name;; esac; \
			[ -x "$$try" ] || continue; \
			"$$try" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || { old=$$try; continue; }; \
			"$$try" -c 'import venv, ensurepip' >/dev/null 2>&1 || { bare=$$try; continue; }; \
			printf '%s\n' "$$try"; return 0; \
		done; \
	done; \
	if [ -n "$$bare" ]; then \
		echo "paysignal: $$bare cannot make virtual environments; install its venv module (Debian: apt-get install python3-venv)." >&2; \
	elif [ -n "$$old" ]; then \
		echo "paysignal: needs Python 3.11 or newer, and $$old is older or does not start; install one, or say make PYTHON=/path/to/python3." >&2; \
	else \
		echo "paysignal: needs Python 3.11 or newer and found none on the PATH; install one, or say make PYTHON=/path/to/python3." >&2; \
	fi; \
	return 1; \
}
endef

# A moved checkout leaves scripts that point to its old place, a removed interpreter a .venv that does not start.
ifneq ($(wildcard $(VENV)/.at-venv),)
ifneq ($(shell cat $(VENV)/.at-venv),$(CURDIR))
$(shell rm -rf $(VENV))
else ifneq ($(shell $(BIN)/python -c 'print("starts")' 2>/dev/null),starts)
$(shell rm -rf $(VENV))
endif
endif

$(VENV)/.at-venv:
	@$(FIND_PYTHON); python=$$(find_python) && \
		printf '· virtual environment .venv (%s)\n' "$$("$$python" --version)" && \
		"$$python" -m venv --clear $(VENV)
	@printf '%s' '$(CURDIR)' > $@

$(VENV)/.at-runtime: deploy/requirements.lock deploy/build.lock | $(VENV)/.at-venv
	@printf '· %s packages to run (deploy/requirements.lock)\n' "$$(grep -c == deploy/requirements.lock)"
	@$(PIP) install --require-hashes -r deploy/requirements.lock -r deploy/build.lock
	@touch $@

$(VENV)/.at-dev: tests/requirements.lock $(VENV)/.at-runtime
	@printf '· %s packages to run and to test (tests/requirements.lock)\n' "$$(grep -c == tests/requirements.lock)"
	@$(PIP) install --require-hashes -r tests/requirements.lock
	@touch $@

# Editable: the next `make run` needs no reinstall, whatever was edited.
$(VENV)/.at-project: pyproject.toml $(VENV)/.at-runtime
	@printf '· paysignal itself\n'
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

# The wheel is tested in an environment of its own, .venv/wheel, which takes its libraries from .venv (a .pth line is
# not followed any further, so the editable install does not come along). Made anew and moved into place at the end.
$(VENV)/.at-wheel: $(BUILT_FROM) $(VENV)/.at-dev
	@printf '· wheel\n'
	@rm -rf $(VENV)/wheel.new $(VENV)/dist
	@$(BIN)/python -m build --no-isolation --outdir $(VENV)/dist . > $(VENV)/build.txt 2>&1 || { cat $(VENV)/build.txt; exit 1; }
	@$(BIN)/python -m venv --without-pip $(VENV)/wheel.new
	@$(BIN)/python -c "import sysconfig; print(sysconfig.get_path('purelib'))" \
		> "$$($(VENV)/wheel.new/bin/python -c "import sysconfig; print(sysconfig.get_path('purelib'))")/libraries.pth"
	@rm -rf $(VENV)/wheel && mv $(VENV)/wheel.new $(VENV)/wheel
	@$(BIN)/python -m pip --disable-pip-version-check --quiet --python $(VENV)/wheel/bin/python install --no-deps $(VENV)/dist/*.whl
	@touch $@

$(UV):
	@$(FIND_PYTHON); python=$$(find_python) && "$$python" -m venv .cache/uv
	@.cache/uv/bin/python -m pip --disable-pip-version-check --quiet install 'uv>=0.13'
