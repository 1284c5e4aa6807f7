"""`python3 -m monitor`: check the Python, set up what is missing, then do what was asked.

This file and bootstrap.py parse on old Pythons, to be able to say that they are too old.
"""

import os
import sys


def main() -> None:
    """Runs one command, in the project's own environment if there is a checkout to make it from."""
    from monitor import bootstrap

    arguments = sys.argv[1:]
    testing = arguments[:1] == ["test"]
    bootstrap.ensure(arguments, locks=bootstrap.WITH_TESTS if testing else bootstrap.CORE)
    if testing:
        # Before the CLI is imported: the suite must be able to say that the CLI is broken.
        from monitor import testing as runner

        sys.exit(runner.main(arguments[1:]))
    from monitor.cli import main as command_line

    command_line()


if __name__ == "__main__":
    if not __package__:
        # Started by path (`python3 /some/where/monitor`): look for imports beside the package, not
        # inside it, where our modules would hide others of the same name.
        sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    main()
