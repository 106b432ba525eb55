# `make` alone lists what there is. `make demo`, `make report` and `make test` do all their own set-up from a fresh clone:
# they need only make and a Python of 3.11, 3.12 or 3.13.

VENV   ?= .venv
BIN    := $(VENV)/bin
DATA   ?= ../shared/data/polis
FUZZ   ?= 100000
COGGED := $(wildcard docs/*/*.md)
SEED   ?= 1
COUNT  ?= 60

# Tests run side by side, one a core and at most four: more would only wait for one another's browsers and servers.
WORKERS ?= $(shell n=$$(getconf _NPROCESSORS_ONLN 2> /dev/null || echo 2); [ "$$n" -gt 4 ] && echo 4 || echo "$$n")
TESTS   := $(BIN)/python -m pytest -q
BESIDE  := -n $(WORKERS) --dist worksteal

# A set-up is done when its stamp is newer than pyproject.toml.
BASE   := $(VENV)/.ready
TOOLS  := $(VENV)/.ready-dev

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore

.DEFAULT_GOAL := help
.PHONY: help demo report quick test check structure mutants format docs messages bench prove clean

help: ## list what make can do
	@echo "oneheart: what a gathering wants, in people's own words"
	@echo
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-16s %s\n", $$1, $$2}'

demo: report ## the report of one made-up gathering, then another one live: join it with a phone or browser
	@echo
	@$(BIN)/oneheart demo $(DEMO)

report: $(BASE) ## find the one desire of a made-up gathering of sixty friends and write its report
	@echo "· reading examples/six-tens and finding its one desire"
	@$(BIN)/oneheart analyze examples/six-tens --out .demo
	@echo
	@echo "Open $(CURDIR)/.demo/report.html in a browser."

quick: $(TOOLS) ## the tests to run while you work: under a minute, no browser, no server, no benchmark
	@PYTHONDONTWRITEBYTECODE= $(TESTS) $(BESIDE) -m quick --ignore=tests/browser --ignore=tests/chaos --ignore=tests/load --ignore=tests/unit/bench

test: check ## everything that must hold: lint, types, layers, fresh docs, all tests (some minutes)
	@echo "· tests, $(WORKERS) at a time"
	@$(TESTS) $(BESIDE) --durations=12 --durations-min=5 -m "not alone"
	@echo "· tests that need the machine for themselves"
	@$(TESTS) -m alone

check: $(TOOLS) ## lint, types, layers, fresh docs and catalogues, without the tests
	@echo "· lint";       $(BIN)/ruff check --quiet .
	@echo "· format";     $(BIN)/ruff format --quiet --check .
	@echo "· types";      $(BIN)/mypy --no-error-summary
	@echo "· layers";     $(BIN)/lint-imports > $(VENV)/layers.txt 2>&1 || { cat $(VENV)/layers.txt; exit 1; }
	@echo "· structure";  $(BIN)/python -m tools.structure > $(VENV)/structure.txt 2>&1 || { cat $(VENV)/structure.txt; exit 1; }
	@echo "· docs";       $(BIN)/cog --check -I . $(COGGED) > $(VENV)/docs.txt 2>&1 || { cat $(VENV)/docs.txt; echo "These pages are old: run make docs."; exit 1; }
	@echo "· catalogues"; $(BIN)/python -m pytest -q -p no:randomly --no-header --no-summary tests/docs/test_catalogues.py > $(VENV)/catalogues.txt 2>&1 || { cat $(VENV)/catalogues.txt; echo "Catalogues are old: run make messages."; exit 1; }

structure: $(TOOLS) ## import circles, long files, names used twice, rules that stand in more than one module
	@$(BIN)/python -m tools.structure

mutants: $(TOOLS) ## change the crux modules one place at a time and see which changes no test notices (SEED=1 COUNT=60 QUICK=1)
	@$(BIN)/python -m tools.mutants --seed $(SEED) --count $(COUNT) $(if $(QUICK),--quick)

format: $(TOOLS) ## mend layout and what lint can mend by itself
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format .

docs: $(TOOLS) ## write command help and settings into docs/reference anew
	@$(BIN)/cog -r -I . $(COGGED)

messages: $(TOOLS) ## compile the catalogues in src/oneheart/locale
	@$(BIN)/python -m oneheart.locale.compile

bench: $(TOOLS) ## how fast, how large, how good: a short list by default (LIST=1 what there is, ALL=1 all, ONLY="growth tap", AGAIN=1, KEEP=1)
	@$(BIN)/python benchmarks/everything.py $(if $(LIST),--list) $(if $(ALL),--all) $(if $(ONLY),--only $(ONLY)) $(if $(AGAIN),--again) $(if $(KEEP),--keep)

prove: $(TOOLS) ## slow proofs: fifteen promises with figures and sabotaged builds, fuzzing, properties with many examples, and every benchmark's gates
	@$(BIN)/python -m pip install --quiet --quiet --editable ".[dev,prove]"
	@missed=""; \
	echo "· fifteen promises, each with its figure and the sabotaged build on which it fails"; \
	ONEHEART_PROVE=1 ONEHEART_FUZZ=$(FUZZ) $(TESTS) -m "proof or sabotage" --all-proofs || missed="$$missed promises"; \
	echo "· two hundred times without network; every page before axe; a hundred thousand requests of any kind"; \
	ONEHEART_PROVE=1 ONEHEART_FUZZ=$(FUZZ) $(TESTS) tests/browser/test_phone_outbox.py tests/browser/test_accessible.py tests/web/test_api_fuzz.py || missed="$$missed pages"; \
	echo "· properties, with many examples"; \
	ONEHEART_PROVE=1 $(TESTS) -m "not proof and not sabotage" --hypothesis-profile=prove tests/properties tests/unit || missed="$$missed properties"; \
	echo "· every scene of the demo, with its expected end; every page in every look and language"; \
	ONEHEART_PROVE=1 $(TESTS) tests/load/test_demo.py tests/browser || missed="$$missed scenes"; \
	for kind in halls audit closeness babel; do $(BIN)/oneheart bench $$kind --check || missed="$$missed $$kind"; done; \
	if [ -d "$(DATA)" ]; then \
	  for kind in predict replay share stability attack weave; do \
	    echo "· bench $$kind"; $(BIN)/oneheart bench $$kind --data "$(DATA)" --check || missed="$$missed $$kind"; \
	  done; \
	else echo "· benchmarks left out: there is no folder $(DATA) (make prove DATA=FOLDER names another)"; fi; \
	if [ -n "$$missed" ]; then echo "Missed or not shown:$$missed"; exit 1; fi

clean: ## take away the set-up and everything made
	@rm -rf $(VENV) .demo .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build dist

# --- set-up ----------------------------------------------------------------------------------------------------------

# Pythons that are asked for, in order; one that is not there, too old or too new is passed over.
PYTHON ?= python3 python3.13 python3.12 python3.11

$(BIN)/python:
	@for python in $(PYTHON); do \
	  "$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2> /dev/null || continue; \
	  if "$$python" -c 'import venv, ensurepip' 2> /dev/null; then \
	    echo "· making $(VENV) with $$("$$python" --version)"; \
	    exec "$$python" -m venv $(VENV); \
	  fi; \
	  bare="$$python"; \
	done; \
	if [ -n "$$bare" ]; then \
	  echo "$$bare cannot make a virtual environment: install its venv package (on Debian: apt-get install python3-venv), then run make again." >&2; \
	else \
	  echo "oneheart needs Python 3.11, 3.12 or 3.13, and none of '$(PYTHON)' is one: install one, or name it with make PYTHON=/path/to/python." >&2; \
	fi; exit 1

$(BASE): pyproject.toml $(BIN)/python
	@echo "· installing oneheart and what it needs (a minute or two the first time)"
	@$(BIN)/python -m pip install --quiet --quiet --editable .
	@touch $@

$(TOOLS): pyproject.toml $(BIN)/python
	@echo "· installing oneheart, what it needs, and what its tests need (a few minutes the first time)"
	@$(BIN)/python -m pip install --quiet --quiet --editable ".[dev]"
	@touch $@ $(BASE)
