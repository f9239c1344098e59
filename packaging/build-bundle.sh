#!/usr/bin/env bash
# Makes the one-folder bundle of this machine in dist/whisp: whisp, whisp-server and what they need.
#   --check  then let two bundled clients and the bundled server talk, without Python on the PATH
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/install.sh"

check=no
case "${1:-}" in
    "") ;;
    --check) check=yes ;;
    *)
        sed -n '2,3s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
        exit 2
        ;;
esac

install_all run test
[ -z "$lacking" ] || complain "Going on without them."
cd "$root"
if ! "$venv/bin/pyinstaller" --noconfirm --clean --log-level ERROR \
    --distpath "$root/dist" --workpath "$build/bundle" packaging/whisp.spec; then
    complain "The bundle could not be made."
    exit 1
fi
say "dist/whisp: $(du -sm dist/whisp | cut -f1) MB"

if [ "$check" = yes ]; then
    "$venv/bin/python" -m tests.demo --bundle "$root/dist/whisp"
fi
