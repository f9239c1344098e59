#!/usr/bin/env bash
# Installs what is missing and runs every check and test. Exit status 0: all of them passed.
#   --quick         leave out what is slow (under 90 s)
#   --install-only  install, and run nothing
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/install.sh"

quick=no
install_only=no
for argument in "$@"; do
    case "$argument" in
        --quick) quick=yes ;;
        --install-only) install_only=yes ;;
        *)
            sed -n '2,4s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
            exit 2
            ;;
    esac
done

install_all run test
[ -z "$lacking" ] || complain "Going on: tests that need them say so and are skipped."
[ "$install_only" = no ] || exit 0

cd "$root"
export PATH="$venv/bin:$PATH"
results=""
failed=0

# check NAME COMMAND…: run it, whatever came of those before, and remember what comes of it.
check() {
    local name="$1" began="$SECONDS" result
    shift
    say "== $name"
    if "$@"; then
        result=passed
    else
        result=FAILED
        failed=1
    fi
    results="$results$(printf '%-14s %s in %d s' "$name" "$result" "$((SECONDS - began))")
"
}

# Whatever hangs is ended after half an hour: then it is a failure like any other.
tests() {
    local left_out=""
    if [ "$quick" = yes ]; then
        left_out="not slow"
        export WHISP_MACHINE_EXAMPLES=50
    fi
    timeout --foreground 1800 pytest -n 3 --dist worksteal -m "$left_out"
}

check imports lint-imports
check style ruff check --quiet .
check format ruff format --check --quiet .
check types mypy
check vectors python -m tests.vectors tests/vectors
[ "$quick" = yes ] || check bundle bash packaging/build-bundle.sh --check
check tests tests

say "== Results"
printf '%s' "$results"
exit "$failed"
