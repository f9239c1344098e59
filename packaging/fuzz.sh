#!/usr/bin/env bash
# Runs targets of tests/fuzz under atheris, which looks for inputs that reach new code.
#   packaging/fuzz.sh SECONDS [NAME…]   so long each; all of them if none is named
# Its environment and what it finds are kept in .fuzz. Exit status 0: nothing was found.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[ $# -gt 0 ] || { sed -n '2,4s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2; }
seconds="$1"
shift
python=.fuzz/venv/bin/python
if ! "$python" -c 'import atheris' 2>/dev/null; then
    .venv/bin/python -m venv .fuzz/venv
    "$python" -m pip install --quiet atheris==3.0.0
    sites='import sysconfig; print(sysconfig.get_path("purelib"))'
    .venv/bin/python -c "$sites" >"$("$python" -c "$sites")/whisp.pth"
fi
[ $# -gt 0 ] || mapfile -t names < <("$python" -m tests.fuzz)
failed=0
for name in "${@:-${names[@]}}"; do
    printf '%-60s ' "$name"
    if "$python" -m tests.fuzz "$name" "$seconds" ".fuzz/found/$name" >.fuzz/log 2>&1; then
        grep '^Done' .fuzz/log
    else
        failed=1
        echo FOUND
        tail -n 40 .fuzz/log
    fi
done
exit "$failed"
