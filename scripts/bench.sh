#!/usr/bin/env bash
# Installs what is missing, builds the benchmarks and compares them with their peers, side by side.
# Options are those of bench/peers/compare.py: --rounds N, --json FILE.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh

install_missing "${build_packages[@]}" "${bench_packages[@]}"
configure_release -DTRUEGAP_TESTS=OFF -DTRUEGAP_BENCHMARKS=ON
cmake --build --preset release --target truegap bench_metrics bench_sim
/usr/bin/python3 bench/peers/compare.py --build build/release "$@"
