#!/usr/bin/env bash
# Installs what is missing, builds the program and runs the quickstart study.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh

install_missing "${build_packages[@]}"
configure_release -DTRUEGAP_TESTS=OFF -DTRUEGAP_BENCHMARKS=OFF
cmake --build --preset release
build/release/truegap run scenarios/quickstart.json
