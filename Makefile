# What each target does is on docs/commands.md.
VENV ?= .venv
export VENV
python = $(VENV)/bin/python

.PHONY: run test lint format bench lock

run: ## Set up what is missing, then chat; ARGS="--terminal" and the like go to runbot
	@bin/setup && exec $(python) manage.py runbot --web 8000 $(ARGS)

test: ## Run the tests; ARGS="-k consent" and the like go to pytest
	@bin/setup dev && exec $(python) -m pytest $(ARGS)

lint: ## Look for faults of style and type
	@bin/setup dev && $(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check . && $(VENV)/bin/mypy .

format: ## Format the code
	@bin/setup dev && $(VENV)/bin/ruff check --fix-only . && $(VENV)/bin/ruff format .

bench: ## Measure speed and memory
	@bin/setup && exec $(python) manage.py bench $(ARGS)

lock: ## Remake the locks from pyproject.toml
	@bin/lock
