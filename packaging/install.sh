# Sourced by the scripts beside it: what a fresh Debian lacks, and the environment in .venv.
# Running it again does nothing that is done already.

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
venv="$root/.venv"
build="$root/build"
trap 'exit 130' INT
export LC_ALL=C.UTF-8  # with LC_ALL=C, Python 3.11 does not start in a folder with an umlaut

say() { printf '%s\n' "$*"; }
complain() { printf '%s\n' "$*" >&2; }

# install_all PART…: parts of linux/apt.txt beside [python], then .venv. One at a time.
# Afterwards `lacking` names the packages that could not be installed; the caller judges.
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
    local parts="$*"
    usable_python >/dev/null || parts="python $parts"
    # shellcheck disable=SC2086  # parts and packages are words
    lacking="$(missing_packages $parts)"
    [ -n "$lacking" ] || return 0
    if ! as_root true 2>/dev/null; then
        complain "Packages are missing, and only root or sudo may install them. Ask for:"
        complain "    apt-get install --no-install-recommends $lacking"
        return 0
    fi
    say "Installing packages: $lacking"
    # shellcheck disable=SC2086
    if with_apt $lacking >"$build/apt.log" 2>&1; then
        lacking=""
    else
        complain "apt-get could not install them: $(tail -n 1 "$build/apt.log")"
        complain "All that it said is in build/apt.log. Is there a network?"
    fi
}

# Whatever was broken off is ended first, and whoever else installs is waited for.
with_apt() {
    as_root env DEBIAN_FRONTEND=noninteractive dpkg --configure -a &&
        as_root apt-get update -qq &&
        as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=600 "$@"
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
    if ! command -v apt-get >/dev/null; then
        complain "This is no Debian: see to what packaging/linux/apt.txt names."
        return 0
    fi
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

# A .venv that is a link is somebody's else, and used as it is.
install_python() {
    local python stamp="$venv/installed" wanted
    [ ! -L "$venv" ] || return 0
    if ! python="$(usable_python)"; then
        complain "Python 3.11 or newer with its venv is needed."
        exit 1
    fi
    wanted="$("$python" --version) $root $(
        cat "$root/requirements/dev.txt" "$root/pyproject.toml" | sha256sum
    )"
    if [ -x "$venv/bin/python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
        return 0
    fi
    say "Installing the Python packages of requirements/dev.txt into .venv …"
    if ! fill_venv "$python" >"$build/pip.log" 2>&1; then
        complain "They could not be installed: $(tail -n 1 "$build/pip.log")"
        complain "All that was said is in build/pip.log. Is there a network?"
        exit 1
    fi
    say "$wanted" >"$stamp"
}

fill_venv() {
    { is_venv_of "$1" || "$1" -m venv --clear "$venv"; } &&
        with_pip --require-hashes -r "$root/requirements/dev.txt" &&
        with_pip --no-deps --no-build-isolation -e "$root"
}

# A venv is good for one Python at one place.
is_venv_of() {
    [ "$("$venv/bin/python" --version)" = "$("$1" --version)" ] &&
        "$venv/bin/python" -c 'import pip' && grep -qF "$venv" "$venv/bin/activate"
}

with_pip() {
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@"
}
