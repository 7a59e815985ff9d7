# Everything here needs only python3 (3.11 or later, with venv) and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# What an installation for work has; the sandbox is for trying and testing.
EXTRAS := --extra postgres

.DEFAULT_GOAL := help
.PHONY: help setup demo test simulate soak bench lint types format lock messages clean

help: ## Say what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST)

setup: $(READY) ## Set up .venv from the lock file

$(READY): requirements-dev.lock pyproject.toml
	@echo "Setting up .venv, once; this takes a minute or two."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python .ci/install.py requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(READY) ## See the main job done, without any credentials
	@$(BIN)/docsbot demo

test: $(READY) ## Run all tests
	$(BIN)/python -m pytest --numprocesses=auto --maxprocesses=4 --dist=loadgroup

simulate: $(READY) ## Play 10,000 simulated schedules (about half an hour)
	$(BIN)/python -W error -m tests.simulation --seeds 0-9999 --jobs 2

soak: $(READY) ## Kill the real bot 200 times at random moments (about a quarter of an hour)
	$(BIN)/python -m tests.soak --kills 200

bench: $(READY) ## Measure how late the queue starts calls
	$(BIN)/python -m benchmarks.queue_start

lint: $(READY) ## Check style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY) ## Check types
	$(BIN)/mypy

format: $(READY) ## Put the code into the project's format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(READY) ## Write the lock files anew from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --all-extras \
		pyproject.toml -o requirements-sandbox.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 $(EXTRAS) \
		-c requirements-sandbox.lock pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --all-extras \
		--group dev -c requirements-sandbox.lock pyproject.toml -o requirements-dev.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
		--group build -c requirements-dev.lock -o requirements-build.lock

messages: $(READY) ## Bring the message catalogues up to date with the source
	$(BIN)/pybabel --quiet extract --no-default-keywords -k say -k say_n:1,2 \
		--add-location=file --sort-by-file -o $(VENV)/docsbot.pot bot handlers
	$(BIN)/pybabel --quiet update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date \
		--width=100 --domain=docsbot -i $(VENV)/docsbot.pot -d bot/locales

clean: ## Remove what was set up
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
