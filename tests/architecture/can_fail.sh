#!/bin/sh
# can_fail.sh ROOT: plants one violation after another in a copy of the sources below ROOT, and
# requires check_architecture.sh to name the file of each. A check that cannot fail checks nothing.
set -eu
check=$(cd "$(dirname "$0")" && pwd)/check_architecture.sh
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
for room in metrics sim adapters cli; do cp -R "$1/$room" "$copy/"; done
sh "$check" "$copy" || { echo "the untouched copy is refused"; exit 1; }
failures=0

# plant FILE TEXT: the text at the end of FILE, which may be a new one.
plant() {
    file=$copy/$1
    mkdir -p "$(dirname "$file")"
    if [ -e "$file" ]; then cp "$file" "$copy/kept"; else rm -f "$copy/kept"; fi
    printf '%s\n' "$2" >> "$file"
    if found=$(sh "$check" "$copy"); then
        echo "not found: $2 in $1"; failures=$((failures + 1))
    elif ! printf '%s\n' "$found" | grep -q "^$1:"; then
        echo "found, but not in $1: $found"; failures=$((failures + 1))
    fi
    if [ -e "$copy/kept" ]; then mv "$copy/kept" "$file"; else rm "$file"; fi
}

plant metrics/entropy.cpp '#include "sim/stream.hpp"'
plant metrics/entropy.hpp '#include "adapters/io/csv.hpp"'
plant sim/study.cpp '#include "adapters/io/csv.hpp"'
plant sim/study.hpp '  #  include "cli/progress.hpp"'
plant adapters/io/csv.cpp '#include "cli/version.hpp"'
plant adapters/io/csv.cpp '#include "adapters/mock/beliefs.hpp"'
plant adapters/files/reader.cpp '#include "adapters/mock/beliefs.hpp"'
plant sim/study.cpp '#include "stream.hpp"'
plant sim/study.cpp '#include <tbb/parallel_for.h>'
plant cli/run.cpp '#include <oneapi/tbb.h>'
plant cli/run.cpp '#include <nlohmann/json.hpp>'
plant sim/plan.cpp '#include <nlohmann/json_fwd.hpp>'
plant sim/samplers.cpp '#include <random>'
plant sim/samplers.cpp '#include <Random123/philox.h>'
plant metrics/counts.cpp '#include <boost/random/uniform_01.hpp>'
plant adapters/mock/beliefs.cpp '#include <boost/random.hpp>'
plant sim/truth.cpp '#include <boost/math/special_functions/digamma.hpp>'
plant adapters/io/csv.cpp '#include <CLI/CLI.hpp>'
plant sim/study.cpp '#include <openssl/evp.h>'
plant cli/run.cpp '#include <Eigen/Core>'
plant metrics/estimators/unseen.cpp '#include <ClpSimplex.hpp>'
plant metrics/gap.cpp '#include <coin/CoinPackedMatrix.hpp>'
plant sim/study.cpp 'std::thread worker([] {});'
plant adapters/mock/beliefs.cpp 'auto later = std::async([] {});'
plant cli/run.cpp 'std::jthread worker([] {});'
plant sim/samplers.cpp 'int dice = rand();'
plant metrics/bare.hpp 'int no_pragma();'
plant metrics/entropy.cpp "$(awk 'BEGIN { for (i = 0; i < 600; ++i) print "// long" }')"
plant_first=$copy/metrics/counts.cpp
cp "$plant_first" "$copy/kept"
{ echo '#include <vector>'; cat "$copy/kept"; } > "$plant_first"
if sh "$check" "$copy" > /dev/null; then
    echo "not found: a header before a file's own"; failures=$((failures + 1))
fi
mv "$copy/kept" "$plant_first"
sh "$check" "$copy" || { echo "the copy was not put back"; failures=$((failures + 1)); }
[ "$failures" -eq 0 ]
