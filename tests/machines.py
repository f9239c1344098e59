"""How long the state machines under attack run."""

import os

EXAMPLES = int(os.environ.get("WHISP_MACHINE_EXAMPLES", "1000"))
"""Histories that hypothesis tries on each machine; `run-tests.sh --quick` says 50."""
