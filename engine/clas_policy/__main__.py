"""``python -m clas_policy`` and the console script."""

import sys


def main() -> None:
    """Runs the command line and exits."""
    from clas_policy.cli.app import main as run

    sys.exit(run())


if __name__ == "__main__":
    main()
