# Each target prepares what it needs by itself; a second time that costs well under a second.
PYTHON ?= python3
SETUP = $(PYTHON) -m deploy.setup

.PHONY: run llm setup test check bench bench-nlu bench-knowledge bench-answers bench-door bench-ladders bench-doses bench-year bench-practice fmt clean

run:
	@$(SETUP) run
	@exec .venv/bin/xinglin up

# A model server for trying things out: make llm [MODEL=file.gguf] [PORT=8000]
llm:
	@$(SETUP) check
	@exec .venv/bin/python -m deploy.llm $(if $(MODEL),--model '$(MODEL)') $(if $(PORT),--port $(PORT))

setup:
	@$(SETUP) run

test:
	@$(SETUP) test
	@deploy/check all

check:
	@$(SETUP) check
	@deploy/check fast

bench:
	@$(SETUP) test
	@.venv/bin/python -m deploy.bench

bench-nlu:
	@$(SETUP) test
	@.venv/bin/python -m deploy.bench.nlu $(OPTIONS)

bench-knowledge:
	@$(SETUP) test
	@.venv/bin/python -m deploy.bench.knowledge $(OPTIONS)

bench-answers:
	@$(SETUP) test
	@.venv/bin/python -m deploy.bench.answers $(OPTIONS)

bench-door:
	@$(SETUP) test
	@.venv/bin/python -m deploy.bench.door $(OPTIONS)

bench-ladders:
	@$(SETUP) test
	@.venv/bin/python -m deploy.bench.ladders $(OPTIONS)

bench-doses:
	@$(SETUP) test
	@.venv/bin/python -m deploy.bench.doses $(OPTIONS)

bench-year:
	@$(SETUP) test
	@.venv/bin/python -m deploy.bench.year $(OPTIONS)

bench-practice:
	@$(SETUP) test
	@.venv/bin/python -m deploy.bench.practice $(OPTIONS)

fmt:
	@$(SETUP) check
	@.venv/bin/ruff format
	@.venv/bin/ruff check --fix

# What was installed and built; never the data in var/.
clean:
	rm -rf .uv .venv .venv-rasa .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf connectors/web/ui/node_modules connectors/web/ui/dist
