"""``python -m clas_policy`` and the console script."""

import sys


def main() -> None:
    """Runs the command line and exits."""
    from clas_policy.cli.front import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
