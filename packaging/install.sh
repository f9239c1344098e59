# Sourced by the scripts beside it: what a fresh Debian lacks, and the environment in .venv.
# Running it again does nothing that is done already.

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
venv="$root/.venv"
build="$root/build"

say() { printf '%s\n' "$*"; }
complain() { printf '%s\n' "$*" >&2; }

# install_all PART…: parts of linux/apt.txt beside [python], then .venv. One at a time.
install_all() {
    mkdir -p "$build"
    exec 9>"$build/install.lock"
    flock 9
    install_packages "$@"
    install_python
    flock -u 9
    exec 9>&-
}

# --- Debian's packages

install_packages() {
    local parts="$*" missing
    usable_python >/dev/null || parts="python $parts"
    # shellcheck disable=SC2086  # parts and packages are words
    missing="$(missing_packages $parts)"
    [ -n "$missing" ] || return 0
    say "Missing packages: $missing"
    if ! command -v apt-get >/dev/null; then
        complain "This is no Debian: install what corresponds to them. Going on without."
    elif ! as_root true 2>/dev/null; then
        complain "Neither root nor sudo: not installed. Tests that need them say so and are skipped."
    # shellcheck disable=SC2086
    elif ! with_apt $missing >"$build/apt.log" 2>&1; then
        complain "apt-get failed (build/apt.log): $(tail -n 1 "$build/apt.log")"
    fi
}

with_apt() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq &&
        as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends "$@"
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        if [ -t 0 ]; then sudo "$@"; else sudo -n "$@"; fi
    else
        return 1
    fi
}

missing_packages() {
    local name missing=""
    command -v dpkg-query >/dev/null || return 0
    for name in $(packages_of "$@"); do
        if [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" != installed ]; then
            missing="$missing $name"
        fi
    done
    say "${missing# }"
}

packages_of() {
    local part
    for part in "$@"; do
        awk -v part="[$part]" '
            $1 == "#" { if ($2 ~ /^\[/) here = ($2 == part); next }
            here && NF { print $1 }' "$root/packaging/linux/apt.txt"
    done
}

# --- Python's

usable_python() {
    local python
    for python in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' \
            2>/dev/null; then
            command -v "$python"
            return 0
        fi
    done
    return 1
}

install_python() {
    local python stamp="$venv/installed" wanted
    if ! python="$(usable_python)"; then
        complain "Python 3.11 or newer with venv is needed and could not be installed."
        exit 1
    fi
    wanted="$("$python" --version) $root $(
        cat "$root/requirements/dev.txt" "$root/pyproject.toml" | sha256sum
    )"
    if [ -x "$venv/bin/python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
        return 0
    fi
    say "Installing the Python packages of requirements/dev.txt into .venv …"
    if ! "$venv/bin/python" -c 'import pip' 2>/dev/null; then
        "$python" -m venv --clear "$venv"
    fi
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
        --require-hashes -r "$root/requirements/dev.txt"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
        --no-deps --no-build-isolation -e "$root"
    say "$wanted" >"$stamp"
}
