# Debian packages that truegap needs; sourced by the other scripts.
build_packages=(g++ cmake ninja-build ccache libboost-dev libeigen3-dev coinor-libclp-dev libtbb-dev
    nlohmann-json3-dev librandom123-dev libcli11-dev libssl-dev libcurl4-openssl-dev libsqlite3-dev
    libicu-dev libjs-vega)
test_packages=(catch2 libbenchmark-dev libcpp-httplib-dev python3 r-base-core r-cran-jsonlite
    python3-nbconvert python3-ipykernel python3-pandas python3-matplotlib chromium)
lint_packages=(clang-format-14 clang-tidy-14)
fuzz_packages=(clang-14 libclang-rt-14-dev)
bench_packages=(libbenchmark-dev python3 python3-numpy python3-scipy r-base-core)

# install_missing PACKAGE…: installs what is not there yet, as root or through sudo; when all of it
# is there, neither is needed.
install_missing() {
    local missing=() package
    for package in "$@"; do
        [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || {
            echo "These Debian packages are missing, and neither root nor sudo is there to install them: ${missing[*]}" >&2
            return 1
        }
        as_root=(sudo)
    fi
    echo "Installing Debian packages: ${missing[*]}" >&2
    "${as_root[@]}" apt-get update -qq >&2
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

# configure_release [OPTION…]: warnings are errors in CI.
configure_release() {
    local options=()
    [ -z "${CI:-}" ] || options+=(-DTRUEGAP_WERROR=ON)
    cmake --preset release "${options[@]}" "$@"
}
