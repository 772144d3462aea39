#!/usr/bin/env bash
# Checks formatting and runs clang-tidy over the program's own sources (Debian's version 14 of both).
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh

install_missing "${build_packages[@]}" "${test_packages[@]}" "${lint_packages[@]}"
git ls-files '*.cpp' '*.hpp' | xargs clang-format-14 --dry-run --Werror
# clang cannot read the precompiled headers of g++, so it gets commands without them; and the build's own
# warnings are g++'s affair: clang does not know all of its options.
configure_release -B build/lint -DTRUEGAP_TESTS=OFF -DTRUEGAP_BENCHMARKS=OFF -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON
git ls-files 'metrics/*.cpp' 'sim/*.cpp' 'adapters/*.cpp' 'cli/*.cpp' |
    grep -v plain_threads |
    xargs -P "$(nproc)" -n 4 clang-tidy-14 -p build/lint --quiet --extra-arg=-Wno-error
