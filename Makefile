# make demo    score the sample article            make test     everything CI checks
# make format  rewrite the code in the house style  make lint     style and types only
# make docs    let mtqa check its own pages
# make clean   remove what these made
.DEFAULT_GOAL := help
.PHONY: help demo test lint format docs clean

# What tests start compiles nothing twice, whatever the shell says.
export PYTHONDONTWRITEBYTECODE :=

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
READY := $(VENV)/.ready

help:
	@sed -n '/^# make/s/^# //p' Makefile

# Editable, so that only a change of what is to be installed installs again.
$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

# Besides, what the tests need: among it PyTorch, against which the models are checked.
$(READY): $(INSTALLED)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

demo: $(INSTALLED)
	$(BIN)/mtqa score seeds/000_3d0557e54902f2a4.txt

# What asks the network runs once more with each seed of noise on its numbers: CONTRIBUTING.md says why.
test: lint docs
	$(BIN)/python -m pytest -m 'not registry' --noise 1 2 3

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict

# By name, with what mtqa.toml excludes left out: pages that show reports would be taken for reports.
docs: $(INSTALLED)
	$(BIN)/mtqa gate README.md CONTRIBUTING.md docs/*.md --force-exclude

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
