#!/bin/sh
# check_architecture.sh ROOT: reads the sources of the four rooms below ROOT and names every line
# that breaks the house plan (ARCHITECTURE.md): who may include whom, which library and which
# construct lives where. Exit code 1 when there is any.
set -eu
cd "$1"
find metrics sim adapters cli -type f \( -name '*.hpp' -o -name '*.cpp' \) | sort | xargs awk '
BEGIN {
    rank["metrics"] = 0; rank["sim"] = 1; rank["adapters"] = 2; rank["cli"] = 3
    # Library headers with one home: a pattern of the header, a pattern of the files, in words.
    home("^(oneapi/)?tbb[/.]", "^sim/parallel\\.cpp$", "sim/parallel.cpp")
    home("^nlohmann/", "^adapters/", "adapters/")
    home("^random$", "^$", "no file: standard distributions differ between vendors")
    home("^Random123/", "^sim/stream\\.hpp$", "sim/stream.hpp")
    home("^boost/random", "^sim/", "sim/")
    home("^boost/math", "^metrics/", "metrics/")
    home("^Eigen/", "^(metrics|sim)/", "metrics/ and sim/")
    home("^(coin(-or)?/)?(Clp|Coin)[A-Za-z_]*\\.h", "^metrics/estimators/detail/linear_programme\\.cpp$", "metrics/estimators/detail/linear_programme.cpp")
    home("^CLI/", "^cli/", "cli/")
    home("^(openssl|curl|unicode)/|^sqlite3", "^adapters/", "adapters/")
}
function home(header, files, words) {
    ++homes; home_of[homes] = header; home_is[homes] = files; home_name[homes] = words
}
function complain(what) { print FILENAME ":" FNR ": " what; ++violations }
function finish_file() {
    if (name ~ /\.hpp$/ && !once) { print name ": a header without #pragma once"; ++violations }
    if (lines > 600) { print name ": " lines " lines (allowed: 600)"; ++violations }
}
FNR == 1 {
    if (name != "") finish_file()
    name = FILENAME; once = 0; quoted_seen = 0; any_seen = 0
    split(name, part, "/")
    own = part[1]
    own_header = name; sub(/\.cpp$/, ".hpp", own_header)
    has_header = name ~ /\.cpp$/ && (getline ignored < own_header) >= 0
    close(own_header)
}
{ lines = FNR; code = $0; sub(/\/\/.*/, "", code) }
code ~ /^[ \t]*#[ \t]*pragma[ \t]+once/ { once = 1 }
code ~ /^[ \t]*#[ \t]*include[ \t]*"/ {
    target = code; sub(/^[^"]*"/, "", target); sub(/".*/, "", target)
    split(target, to, "/")
    if (!(to[1] in rank)) complain("\"" target "\" is not a path from the root")
    else if (rank[to[1]] > rank[own]) complain(own "/ may not include " to[1] "/")
    else if (own == "adapters" && to[1] == "adapters" && to[2] != part[2] && to[2] != "io" && to[2] != "prompt")
        complain("adapters/" part[2] "/ may not include adapters/" to[2] "/")
    if (has_header && !any_seen && target != own_header) complain("its own header is not the first")
    any_seen = 1
}
code ~ /^[ \t]*#[ \t]*include[ \t]*</ {
    target = code; sub(/^[^<]*</, "", target); sub(/>.*/, "", target)
    for (i = 1; i <= homes; ++i)
        if (target ~ home_of[i] && name !~ home_is[i]) complain("<" target "> belongs in " home_name[i])
    if (has_header && !any_seen) complain("its own header is not the first")
    any_seen = 1
}
code ~ /(^|[^A-Za-z0-9_])(std::(j?thread|async)|pthread_create)([^A-Za-z0-9_]|$)/ {
    rest = code; gsub(/std::thread::hardware_concurrency/, "", rest)
    if (rest ~ /std::(j?thread|async)|pthread_create/ && name !~ /^(sim\/parallel[a-z_]*\.cpp|cli\/progress\.[hc]pp)$/)
        complain("threads belong in sim/parallel and cli/progress")
}
code ~ /(^|[^A-Za-z0-9_])(s?rand|drand48)[ \t]*\(|random_device/ {
    complain("chance comes from sim/stream.hpp only")
}
END { if (name != "") finish_file(); exit violations > 0 }
'
