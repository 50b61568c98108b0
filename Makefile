# Two commands do everything on a machine with Swift 6.3, git and make: `make demo` and `make test`.
# `make help` lists the rest.

PREFIX ?= /usr/local
# Tuned to this machine: SIMD in Swift follows the C compiler's target. A plain `swift build` is portable and correct.
FLAGS = -c release --explicit-target-dependency-import-check error -Xcc -march=native
BIN = $(shell swift build $(FLAGS) --show-bin-path)

.PHONY: help deps build test test-long torture fuzz lint format demo recipes install clean

help:
	@echo "make demo            learn a vocabulary, make shards, train a small GPT and let it write (10 minutes)"
	@echo "make demo CORPUS=P   the same with your own text, a file or a folder"
	@echo "make recipes         the datasets of manifests/ that need no network (FROM=DIR: take missing files from DIR)"
	@echo "make test            everything a change must pass, as CI runs it"
	@echo "make test-long       what takes too long for every change: a million random strings, some minutes"
	@echo "make torture         every fault at every place: killed, flipped, cut off, full and failing disks, some minutes"
	@echo "make fuzz            made-up bytes for every reader of files, 10 minutes (SECONDS=600)"
	@echo "make build           bin/prep, bin/train and bin/benchmarks, tuned to this machine"
	@echo "make install         copy them to PREFIX/bin (PREFIX=$(PREFIX))"
	@echo "make deps            install the Debian packages that are missing"
	@echo "make format | clean  lay out the sources | remove what was built"

deps:
	@scripts/deps

build: deps
	swift build $(FLAGS)
	@mkdir -p bin
	@for program in prep train benchmarks; do install -m 755 "$(BIN)/$$program" bin/; done
	@echo "built: bin/prep bin/train bin/benchmarks"

test: deps lint
	swift build $(FLAGS) --build-tests
	swift test $(FLAGS) --skip-build

test-long: deps
	swift build $(FLAGS) --build-tests
	TESSERA_LONG=1 swift test $(FLAGS) --skip-build --filter LongTests

torture: build
	swift build $(FLAGS) --build-tests
	TESSERA_TORTURE=1 swift test $(FLAGS) --skip-build --filter TortureTests
	scripts/encode-large $(GIGABYTES) $(MILLIONS)

fuzz: deps
	scripts/fuzz $(or $(SECONDS),600)

lint:
	swift format lint --strict --recursive Package.swift Sources Tests Benchmarks
	scripts/tree --check

format:
	swift format --in-place --recursive Package.swift Sources Tests Benchmarks

demo: build
	@scripts/demo $(CORPUS)

recipes: build
	@scripts/recipes $(FROM)

install: build
	install -d "$(DESTDIR)$(PREFIX)/bin"
	install -m 755 bin/prep bin/train "$(DESTDIR)$(PREFIX)/bin/"

clean:
	rm -rf .build bin demo recipes
