#!/bin/sh
# consumer.sh CMAKE SOURCE BUILD GENERATOR COMPILER FLAGS TYPE: installs the build tree into a
# temporary prefix, and configures, builds and runs a project of somebody else's against it.
set -eu
cmake=$1 source=$2 build=$3 generator=$4 compiler=$5 flags=$6 type=$7
here=$(cd "$(dirname "$0")" && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
fail() { echo "$1"; exit 1; }

"$cmake" --install "$build" --prefix "$place/prefix" > "$place/log" 2>&1 || { cat "$place/log"; fail "not installed"; }

# Every header of the metric core is there, and nothing of it needs the source tree.
headers() { (cd "$1" && find metrics -name '*.hpp' | sort); }
headers "$source" > "$place/written"
headers "$place/prefix/include/truegap" > "$place/installed"
diff "$place/written" "$place/installed" || fail "the installed headers are not those of metrics/"
if grep -rl "$source" "$place/prefix" --include '*.cmake'; then fail "the package names the source tree"; fi

"$cmake" -G "$generator" -S "$here/project" -B "$place/consumer" -DCMAKE_PREFIX_PATH="$place/prefix" \
    -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_CXX_FLAGS="$flags" -DCMAKE_BUILD_TYPE="$type" \
    > "$place/log" 2>&1 || { cat "$place/log"; fail "not configured"; }
"$cmake" --build "$place/consumer" > "$place/log" 2>&1 || { cat "$place/log"; fail "not built"; }
"$place/consumer/consumer" > "$place/said"
# H(1/2, 1/4, 1/4) = 1.5 ln 2; H(3/6, 2/6, 1/6) = ln 6 - ln 3 / 2 - ln 2 / 3.
cat > "$place/expected" <<'END'
entropy 1.039720770840
plug_in 1.011404264707
rank_matched(uniform,none,top 10)
END
diff "$place/expected" "$place/said" || fail "the consumer said something else"

# The installed program finds the studies that are installed with it.
unset TRUEGAP_SCENARIOS
cd "$place"
prefix/bin/truegap scenarios | grep -qx quickstart || fail "the installed program does not know quickstart"
prefix/bin/truegap validate movielens_1m || fail "the installed movielens_1m is not sound"
