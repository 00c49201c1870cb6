PYTHON ?= python3
VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')
VENV ?= .venv$(if $(filter python3,$(PYTHON)),,-$(VERSION))
BIN := $(VENV)/bin
export TF_CPP_MIN_LOG_LEVEL ?= 3
export MPLBACKEND ?= Agg

.PHONY: workshop test colab frameworks crate browser-test gpu-kit gpu-kit-test pictures bench faults lint address release-check lock clean

workshop: $(VENV)/.ready  ## run the notebooks, build their pages and build/index.html
	$(BIN)/python -m helpers workshop --out build

test: $(VENV)/.ready  ## unit tests, house rules, and every notebook with small numbers
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/python -m pytest
	$(BIN)/python -m tests.notebooks.solved build/solved
	TRAIN_AGAIN_PROTOCOL=smoke $(BIN)/python -m pytest --nbmake --nbmake-timeout=900 build/solved

colab: .venv-colab/.ready  ## like Colab (Python 3.13: make colab PYTHON=python3.13): tests, notebooks
	.venv-colab/bin/python -m tests.colab.resolve
	.venv-colab-tests/bin/python -m pytest --ignore=tests/release --ignore=tests/notebooks --ignore=tests/test_house.py
	.venv-colab/bin/python -m tests.colab.alone .venv-colab

.venv-colab/.ready: tests/colab/lock.txt tests/colab/freeze.txt pyproject.toml
	$(PYTHON) -m tests.colab.machines .venv-colab
	@touch $@

frameworks: .venv-frameworks/.ready  ## TensorFlow, PyTorch and JAX: control twice on each, the same bits?
	rm -rf build/frameworks
	set -e; for name in tensorflow torch jax; do \
	  for n in 1 2; do \
	    KERAS_BACKEND=$$name .venv-frameworks/bin/python -m helpers run --protocol smoke \
	      --arm control --out build/frameworks/$$name-$$n; \
	    .venv-frameworks/bin/python -m helpers export build/frameworks/$$name-$$n \
	      --out build/frameworks/$$name-$$n.csv; \
	  done; \
	  cmp build/frameworks/$$name-1.csv build/frameworks/$$name-2.csv; \
	done
	.venv-frameworks/bin/python -m pytest tests/learning/test_frameworks.py tests/learning/test_memory.py
	set -e; for name in torch jax; do \
	  KERAS_BACKEND=$$name .venv-frameworks/bin/python -m pytest tests/nondeterminism/test_probes.py; done

TORCH ?= torch==2.13.0
.venv-frameworks/.ready: requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv-frameworks
	.venv-frameworks/bin/python -m pip install -q --require-hashes -r requirements.txt
	.venv-frameworks/bin/python -m pip install -q $(TORCH)
	.venv-frameworks/bin/python -m pip install -q jax==0.10.2
	.venv-frameworks/bin/python -m pip install -q --no-build-isolation --no-deps -e .
	@touch $@

crate: $(VENV)/.ready  ## an exported study before RO-Crate's own validator
	$(PYTHON) -m venv .venv-crate
	.venv-crate/bin/python -m pip install -q roc-validator==0.13.0
	PATH="$$PWD/.venv-crate/bin:$$PATH" $(BIN)/python -m pytest tests/display/test_crate.py -k validator

SITE ?= build/smoke
browser-test: .venv-browser/.ready $(VENV)/.ready  ## JupyterLab, and a site (SITE=build: that of make workshop), in chromium
	.venv-browser/bin/python -m tests.browser.lab notebooks --python $(BIN)/python
	$(if $(filter build/smoke,$(SITE)),TRAIN_AGAIN_PROTOCOL=smoke $(BIN)/python -m helpers workshop --out $(SITE))
	.venv-browser/bin/python -m tests.browser.walk $(SITE)

.venv-browser/.ready: tests/browser/lock.txt
	$(PYTHON) -m venv --clear .venv-browser
	.venv-browser/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r tests/browser/lock.txt
	@touch $@

gpu-kit: $(VENV)/.ready  ## build/gpu-kit: this package and wheels for a machine with a GPU and no network
	$(BIN)/python -m release.gpu_kit

gpu-kit-test: gpu-kit .venv-kit/.ready  ## install it without an index, run it beside JAX (PYTHON=python3.12)
	TRAIN_AGAIN_GPU_KIT=build/gpu-kit TRAIN_AGAIN_GPU_KIT_PYTHON=.venv-kit/bin/python \
	  $(BIN)/python -m pytest tests/release/test_gpu_kit.py

.venv-kit/.ready:
	$(PYTHON) -m venv .venv-kit
	.venv-kit/bin/python -m pip install -q jax==0.11.2
	@touch $@

pictures: $(VENV)/.ready  ## draw docs/'s pictures of results that ship anew
	$(BIN)/python -m release.pictures

bench: $(VENV)/.ready  ## both sides in one run, as ratios; BREAST_DCE_STUDY names a real study
	$(BIN)/python benchmarks/extraction.py
	$(BIN)/python benchmarks/training.py
	$(BIN)/python benchmarks/lesions.py

faults: $(VENV)/.ready  ## kill, starve and crowd the study for a while, and count what is lost
	set -e; for script in tests/faults/f*.py; do \
	  $(BIN)/python -m tests.faults.$$(basename $$script .py); done

lint: $(VENV)/.ready  ## format the code and empty the notebooks
	$(BIN)/ruff check --fix . && $(BIN)/ruff format .
	$(BIN)/nbstripout --keep-id notebooks/*.ipynb

address:  ## who publishes: make address REPOSITORY=https://github.com/OWNER/NAME
	$(PYTHON) -m release.address "$(REPOSITORY)"

release-check: $(VENV)/.ready  ## can a tag be cut? what is left to mend
	$(BIN)/python -m release.check

UV_COMPILE = uv pip compile -q --generate-hashes --no-emit-index-url --custom-compile-command "make lock"
EXTRAS = --extra tensorflow --extra workshop --extra test
lock:  ## resolve all versions anew, with hashes: ours for Python 3.11 to 3.13, Colab's, the browser's (needs uv)
	$(UV_COMPILE) pyproject.toml $(EXTRAS) --universal --python-version 3.11 -o requirements.txt
	mkdir -p build && $(PYTHON) -m tests.colab.image > build/colab.txt
	$(UV_COMPILE) pyproject.toml $(EXTRAS) -c build/colab.txt --no-annotate \
	  --python-version 3.13 --python-platform x86_64-manylinux_2_28 -o tests/colab/lock.txt
	$(UV_COMPILE) tests/browser/needs.txt --universal --no-annotate --python-version 3.11 -o tests/browser/lock.txt

$(VENV)/.ready: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
	  { echo "Python 3.11, 3.12 or 3.13 is needed: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@echo "making $(VENV) with the exact versions of requirements.txt, about two minutes"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

clean:  ## remove what was built
	rm -rf build .venv*
