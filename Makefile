# make            set up .venv and print the estimate of a sample house
# make test       run the tests, on all cores
# make check      lint, types, layers (import contract), docstrings and units; each is a target too
# make format     lay the code out as the checks want it
# make fuzz       read thousands of damaged plan files (half an hour and more)
# make load       ask the service as fast as it can, then for minutes on end (MINUTES=10), then 5,000 odd requests
# make bench      print the measured speeds
# make wheel      build the wheel and the source archive into dist/
# make lock       resolve requirements.lock anew (needs uv)
# make clean      remove everything that can be made again

PYTHON ?= python3
UV     ?= uv
SAMPLE ?= examples/rectangular-72.json
MINUTES ?= 10

VENV := .venv
BIN  := $(VENV)/bin
SHIPPED := api estimator materials printers

# pip need not be inside the environment: Debian's python3 cannot put it there without one more
# package. The pip that is there installs into the environment from outside.
PIP := $(PYTHON) -m pip --python $(BIN)/python --disable-pip-version-check

.DEFAULT_GOAL := sample
.PHONY: sample setup test check lint types layers docstrings format bench load fuzz wheel lock clean

sample: setup
	$(BIN)/printhouse estimate $(SAMPLE)

setup: $(VENV)/.ready

$(VENV)/.ready: pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "printhouse needs Python 3.11 or later as $(PYTHON); name another with: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import pip; raise SystemExit(tuple(map(int, pip.__version__.split(".")[:2])) < (22, 3))' 2>/dev/null \
	  || { echo "printhouse needs pip 22.3 or later for $(PYTHON); on Debian: apt install python3-pip" >&2; exit 1; }
	$(PYTHON) -m venv --clear --without-pip $(VENV)
	$(PIP) install --quiet --require-hashes --only-binary :all: --requirement requirements.lock
	$(PIP) install --quiet --no-deps --no-index --no-build-isolation --editable .
	@touch $@

test: setup
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal

check: lint types layers docstrings

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

layers: setup
	$(BIN)/lint-imports --no-cache

docstrings: setup
	$(BIN)/python -m tests.check_docstrings $(SHIPPED)

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup
	$(BIN)/python -m tests.bench

load: setup
	$(BIN)/python -m tests.load --minutes $(MINUTES)
	PRINTHOUSE_FUZZ=5000 $(BIN)/python -m pytest tests/test_api_fuzz.py

fuzz: setup
	$(BIN)/python -m tests.fuzz

wheel: setup
	$(BIN)/python -m build --no-isolation --outdir dist

lock:
	$(UV) pip compile pyproject.toml --quiet --all-extras --group dev --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-emit-find-links --upgrade \
	  --custom-compile-command "make lock" --output-file requirements.lock

clean:
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .benchmarks
	find $(SHIPPED) tests -name __pycache__ -type d -prune -exec rm -rf {} +
