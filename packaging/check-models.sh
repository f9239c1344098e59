#!/usr/bin/env bash
# Runs the models of the protocol and compares with the verdicts at the head of each.
# Needs `proverif` on PATH. Exit status 0: every verdict is as kept.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../resources/docs/models"

verdicts() { sed -n 's/^ *\(RESULT .*\)$/\1/p'; }

command -v proverif >/dev/null || { echo "check-models: proverif is not on PATH" >&2; exit 2; }
proverif -help | head -n 1
failed=0
for model in *.pv; do
    kept="$(verdicts <"$model")"
    found="$(proverif "$model" | grep '^RESULT ' || true)"
    if [ -n "$kept" ] && [ "$kept" = "$found" ]; then
        printf 'as kept    %s (%d verdicts)\n' "$model" "$(wc -l <<<"$kept")"
    else
        printf 'DIFFERENT  %s\n%s\n' "$model" "$found"
        failed=1
    fi
done
exit "$failed"
