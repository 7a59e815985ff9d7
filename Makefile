# Everything here needs only python3 (3.11 or later, with venv) and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# The linters of workflows and deploy/, and what a release needs: apart, for they bring much that the code does not need.
FILES := .venv-files
# What an installation for work has; the sandbox is for trying and testing.
EXTRAS := --extra postgres --extra socks

.DEFAULT_GOAL := help
.PHONY: help setup demo test coverage sweep simulate fuzz soak soak-postgres bench lint types lint-files hooks format lock messages pictures package clean

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

coverage: $(READY) ## Run all tests and say how much of the code they ran
	$(BIN)/python -m pytest --numprocesses=auto --maxprocesses=4 --dist=loadgroup --cov --cov-report=term

sweep: $(READY) ## Run the tests that kill the bot at some points at every point (about a quarter of an hour)
	DOCSBOT_SWEEP=whole $(BIN)/python -m pytest --numprocesses=auto --maxprocesses=4 --dist=loadgroup \
		tests/handlers tests/simulation tests/unit/queue

simulate: $(READY) ## Play 10,000 simulated schedules (the better part of an hour)
	$(BIN)/python -W error -m tests.simulation --seeds 0-9999 --jobs 2

fuzz: $(READY) ## Hand the bot 20,000 batches of updates that make no sense (about a quarter of an hour)
	$(BIN)/python -m pytest --hypothesis-profile=long tests/handlers/test_fuzz.py tests/unit/messaging

soak: $(READY) ## Kill the real bot 200 times at random moments (about a quarter of an hour)
	$(BIN)/python -m tests.e2e.soak --kills 200

soak-postgres: $(READY) ## Kill, stop and cut off two bots on PostgreSQL for half an hour
	$(BIN)/python -m tests.e2e.soak_postgres --seconds 1800

bench: $(READY) ## Measure everything (half an hour; QUICK=1: ten minutes)
	@$(BIN)/python .ci/install.py requirements-bench.lock
	$(BIN)/python -m benchmarks $(if $(QUICK),--quick)

lint: $(READY) ## Check style, and what may import what
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache

types: $(READY) ## Check types
	$(BIN)/mypy

$(FILES)/.ready: requirements-files.lock
	$(PYTHON) -m venv $(FILES)
	$(FILES)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
		-r requirements-files.lock
	@touch $@

lint-files: $(FILES)/.ready ## Check workflows and deploy/ with linters of their own
	$(FILES)/bin/zizmor --quiet --offline .github
	$(FILES)/bin/yamllint --strict .github deploy .pre-commit-config.yaml
	$(FILES)/bin/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(FILES)/bin/check-jsonschema --quiet --builtin-schema vendor.dependabot .github/dependabot.yml
	$(FILES)/bin/check-jsonschema --quiet --builtin-schema vendor.github-issue-forms \
		$(filter-out %/config.yml,$(wildcard .github/ISSUE_TEMPLATE/*.yml))
	$(FILES)/bin/check-jsonschema --quiet --builtin-schema vendor.compose-spec deploy/compose*.yaml
	$(FILES)/bin/kubernetes-validate --quiet --strict $(filter-out %/kustomization.yaml,$(wildcard deploy/kubernetes/*.yaml))

hooks: $(READY) $(FILES)/.ready ## Have git run `make lint` before each commit
	$(FILES)/bin/pre-commit install

format: $(READY) ## Put the code into the project's format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(READY) ## Write the lock files anew from pyproject.toml (UPGRADE=--upgrade: with the newest versions)
	$(BIN)/uv pip compile $(UPGRADE) --quiet --universal --generate-hashes --python-version 3.11 --all-extras \
		pyproject.toml -o requirements-sandbox.lock
	$(BIN)/uv pip compile $(UPGRADE) --quiet --universal --generate-hashes --python-version 3.11 $(EXTRAS) \
		-c requirements-sandbox.lock pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile $(UPGRADE) --quiet --universal --generate-hashes --python-version 3.11 --all-extras \
		--group dev -c requirements-sandbox.lock pyproject.toml -o requirements-dev.lock
	$(BIN)/uv pip compile $(UPGRADE) --quiet --universal --generate-hashes --python-version 3.11 \
		--group build -c requirements-dev.lock -o requirements-build.lock
	$(BIN)/uv pip compile $(UPGRADE) --quiet --universal --generate-hashes --python-version 3.11 \
		--group files -o requirements-files.lock
	$(BIN)/uv pip compile $(UPGRADE) --quiet --universal --generate-hashes --python-version 3.11 \
		--group bench -c requirements-dev.lock -o requirements-bench.lock

messages: $(READY) ## Bring the message catalogues up to date with the source
	$(BIN)/pybabel --quiet extract --no-default-keywords -k say -k say_n:1,2 \
		--add-location=file --sort-by-file -o $(VENV)/docsbot.pot bot handlers
	$(BIN)/pybabel --quiet update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date \
		--width=100 --domain=docsbot -i $(VENV)/docsbot.pot -d bot/language/locales

pictures: $(READY) ## Take the pictures of the docs anew (needs a Chromium)
	$(BIN)/python -m tests.browser.pictures
	DOCSBOT_PICTURES=1 $(BIN)/python -m pytest tests/browser/test_browser_looks.py

package: $(READY) $(FILES)/.ready ## Build the wheel and its bill of materials into dist/
	rm -rf dist
	$(BIN)/python -m hatchling build -t wheel -t sdist
	cp requirements.lock dist/
	$(FILES)/bin/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --output-reproducible \
		-o dist/docsbot.cdx.json

clean: ## Remove what was set up
	rm -rf $(VENV) $(FILES) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
