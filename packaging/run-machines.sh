#!/usr/bin/env bash
# Attacks handshake and ratchet for longer than the tests do: 10,000 histories each, or as many as
# the first argument says. Exit status 0: nothing was found.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export WHISP_MACHINE_EXAMPLES="${1:-10000}"
exec .venv/bin/python -m pytest -n 2 --durations 2 -o faulthandler_timeout=0 \
    tests/protocol/test_protocol_attack_handshake.py \
    tests/protocol/test_protocol_ratchet_machine.py
