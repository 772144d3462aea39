#!/usr/bin/env bash
# Installs what is missing, builds everything, runs the quickstart study and every test.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh

install_missing "${build_packages[@]}" "${test_packages[@]}"
configure_release -DTRUEGAP_TESTS=ON -DTRUEGAP_BENCHMARKS=ON
cmake --build --preset release
build/release/truegap run scenarios/quickstart.json
ctest --preset release
