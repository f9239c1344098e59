"""`whisp`, and `python -m whisp_desktop`."""

import sys

from whisp_desktop.cli import run


def main() -> int:
    """Do what the command line asks; return the exit status."""
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
