#!/usr/bin/env bash
# fuzz.sh [SECONDS]: installs what is missing, builds the fuzz target and runs it for that long (default
# 20), from the answers of the tests. What it finds is left in build/fuzz/found.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh

install_missing "${build_packages[@]}" "${fuzz_packages[@]}"
cmake --preset fuzz
cmake --build --preset fuzz --target fuzz_read_answer write_seeds
mkdir -p build/fuzz/corpus build/fuzz/seeds build/fuzz/found
build/fuzz/write_seeds build/fuzz/seeds
build/fuzz/fuzz_read_answer -max_total_time="${1:-20}" -max_len=4096 -timeout=10 -print_final_stats=1 \
    -artifact_prefix=build/fuzz/found/ build/fuzz/corpus build/fuzz/seeds
