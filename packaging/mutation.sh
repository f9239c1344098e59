#!/usr/bin/env bash
# Breaks the protocol in one place after the other (cosmic-ray), and lists what no test noticed.
#   packaging/mutation.sh [MODULE…]    modules of whisp_desktop/protocol; without any: all of the list below
# Works on a copy in build/mutation of what is committed, one process, a few minutes a module; needs
# .venv (see run-tests.sh). What was found, and why some mutants survive: resources/docs/mutation.md.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root="$PWD"
work="$root/build/mutation"
tree="$work/tree"
cosmic="$work/venv/bin"

# The tests that are to notice, those first that do so most quickly.
tests_of() {
    case "$1" in
        ratchet | chains) echo ratchet ratchet_panic ratchet_machine session_vectors ;;
        handshake | symmetric_state) echo handshake attack_handshake compromise_handshake session_vectors ;;
        statements | certificates) echo statements standing revocation card statements_vectors ;;
        card | enrollment) echo card statements_vectors ;;
        prekeys) echo statements statements_vectors ;;
        roster) echo card meetings statements_vectors ;;
        revocation | revocation_statement) echo revocation standing statements statements_vectors ;;
        *) echo "mutation: no tests are known for $1" >&2; return 2 ;;
    esac
}

test_paths() {
    local name names
    names="$(tests_of "$1")"
    for name in $names; do
        case "$name" in
            *_vectors) echo "tests/protocol/test_protocol_vector_runner.py::test_public_vectors_pass[${name%_vectors}.json]" ;;
            *) echo "tests/protocol/test_protocol_$name.py" ;;
        esac
    done
}

# Of the twelve other operators that may stand for one, all but one are a TypeError on bytes; and
# None is itself alone.
configure() {
    cat <<TOML
[cosmic-ray]
module-path = "whisp_desktop/protocol/$1.py"
timeout = 30.0
excluded-modules = []
test-command = "$root/.venv/bin/python -m pytest -x -q -p no:cacheprovider -o addopts= -o filterwarnings=ignore $(test_paths "$1" | tr '\n' ' ')"

[cosmic-ray.distributor]
name = "local"

[cosmic-ray.filters.operators-filter]
exclude-operators = [
    "core/ReplaceBinaryOperator_Add_(?!Sub)",
    "core/ReplaceBinaryOperator_Sub_(?!Add)",
    "core/ReplaceBinaryOperator_Mul_(?!FloorDiv)",
    "core/ReplaceBinaryOperator_Mod_(?!Mul)",
    "core/ReplaceBinaryOperator_BitOr_(?!BitAnd)",
    "core/ReplaceBinaryOperator_BitAnd_(?!BitOr)",
    "core/ReplaceComparisonOperator_Is_(?!IsNot)",
    "core/ReplaceComparisonOperator_IsNot_(?!Is$)",
]
TOML
}

[ $# -gt 0 ] || set -- ratchet handshake chains symmetric_state statements certificates \
    revocation_statement revocation card enrollment prekeys roster
for module in "$@"; do tests_of "$module" >/dev/null; done

mkdir -p "$work"
[ -x "$cosmic/cosmic-ray" ] || {
    python3 -m venv "$work/venv"
    "$cosmic/pip" --quiet install "cosmic-ray==8.7.0"
}
rm -rf "$tree"
mkdir "$tree"
git archive HEAD | tar -x -C "$tree"
cd "$tree"
export PYTHONPATH="$tree" PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 WHISP_MACHINE_EXAMPLES=20
# Mutants follow each other within a second and in files of one size: compiled files must be
# compared with their source itself.
"$root/.venv/bin/python" -m compileall -q --invalidation-mode checked-hash whisp_desktop tests

for module in "$@"; do
    session="$work/$module.sqlite"
    rm -f "$session"
    configure "$module" >"$work/$module.toml"
    "$cosmic/cosmic-ray" init "$work/$module.toml" "$session"
    "$cosmic/cosmic-ray" baseline "$work/$module.toml"
    "$cosmic/cr-filter-operators" "$session" "$work/$module.toml"
    nice "$cosmic/cosmic-ray" exec "$work/$module.toml" "$session"
    printf '\n== %s\n' "$module"
    "$cosmic/cr-report" --surviving-only --show-diff "$session"
done
