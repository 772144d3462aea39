#!/usr/bin/env bash
# Draws the pictures of docs/ anew, from studies that the built program runs.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh

install_missing python3-pandas python3-matplotlib
/usr/bin/python3 -B docs/pictures/draw.py
