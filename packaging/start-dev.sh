#!/usr/bin/env bash
# Starts Whisp for development: a server on this computer, and two people, alice and bob, each with
# a key store of their own, who find each other and talk. Everything ends with it.
# With a screen there are two windows side by side; without one the same two windows are driven
# unseen, and what happens in them is printed.
#   --headless      two `whisp headless` instead of windows
#   --install-only  install what is missing, and start nothing
# POW_BITS sets how much work the server asks for (3 to 20).
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/install.sh"

headless=""
install_only=no
for argument in "$@"; do
    case "$argument" in
        --headless) headless=--headless ;;
        --install-only) install_only=yes ;;
        *)
            sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
            exit 2
            ;;
    esac
done

install_all run
[ -z "$lacking" ] || exit 1
[ "$install_only" = no ] || exit 0

cd "$root"
exec "$venv/bin/python" -m tests.demo $headless
