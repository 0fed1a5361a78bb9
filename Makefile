# What each target does is on docs/commands.md.
VENV ?= .venv
export VENV
# Tests and the processes that they start would compile all of the code each time.
unexport PYTHONDONTWRITEBYTECODE
python = $(VENV)/bin/python

# Where `make run` serves the console; without one it serves none.
PORT ?= 8000

# Tests of one group, such as those that share a server, keep to one process.
WORKERS ?= -n logical --maxprocesses 8 --dist loadgroup

.PHONY: run test test-fast test-slow chaos drill soak lint scan format bench docs lock

run: ## Set up what is missing, then chat; PORT=8001 moves the console, ARGS="--terminal" and the like go to runbot
	@bin/setup && exec $(python) manage.py runbot $(if $(PORT),--web $(PORT)) $(ARGS)

test: ## Run the tests, but for the slow ones; ARGS="-k consent" and the like go to pytest
	@bin/setup dev && exec $(python) -m pytest $(WORKERS) $(ARGS)

test-fast: ## Run the quick tests, which need no service and no other process: after each change
	@bin/setup dev && exec $(python) -m pytest $(WORKERS) -m "not slow and not long and not heavy and not process and not service and not llm and not full" $(ARGS)

test-slow: ## Run the tests that kill servers, start clusters or repeat something thousands of times
	@bin/setup dev && exec $(python) -m pytest $(WORKERS) -m "slow or long" $(ARGS)

chaos: ## Break all that Whisper depends on, one thing after the other, and write the table of docs/reliability.md
	@bin/setup dev && CHAOS_TABLE=docs/reliability.md exec $(python) -m pytest -n 0 -s -m "" botrunner/tests/discord_bot/test_chaos.py -k whatever_fails $(ARGS)

drill: ## Perform the whole move from the older bot and back, and write docs/migration-guide.md
	@bin/setup dev && exec $(python) manage.py migration_drill --write docs/migration-guide.md $(ARGS)

soak: ## Talk to the real bot for an hour and draw whether anything grows; ARGS="--scale 0.25" for a quarter
	@bin/setup dev && SOAK_PLOT=docs/soak.svg exec $(python) manage.py bench soak $(ARGS)

lint: ## Look for faults of style and type
	@bin/setup dev && $(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check . && $(VENV)/bin/mypy .

scan: ## Look for secrets in the repository and for unsafe code
	@bin/setup dev && $(python) bin/scan

format: ## Format the code
	@bin/setup dev && $(VENV)/bin/ruff check --fix-only . && $(VENV)/bin/ruff format .

bench: ## Measure speed and memory
	@bin/setup && exec $(python) manage.py bench $(ARGS)

docs: ## Build the documentation as a site, in site/
	@bin/setup dev && exec $(VENV)/bin/mkdocs -q build

lock: ## Remake the locks from pyproject.toml
	@bin/lock
