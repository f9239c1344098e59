#!/usr/bin/env bash
# Lets whisp: links open the bundle, for you alone.
#   register-links.sh PROGRAM   PROGRAM: the path of the bundle's `whisp`
set -euo pipefail

program="$(readlink -f "${1:?the path of the program whisp}")"
here="$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
applications="${XDG_DATA_HOME:-$HOME/.local/share}/applications"

[ -x "$program" ] || { echo "There is no program at $program." >&2; exit 1; }
case "$program" in
    *[\"\`\$\\%\&\|]*) echo "The path of the program has a sign that no menu entry takes." >&2; exit 1 ;;
esac
mkdir -p "$applications"
sed "s|^Exec=.*|Exec=\"$program\" %u|" "$here/whisp.desktop" > "$applications/whisp.desktop"
if command -v update-desktop-database > /dev/null; then
    update-desktop-database "$applications"
fi
if command -v xdg-mime > /dev/null; then
    xdg-mime default whisp.desktop x-scheme-handler/whisp
fi
