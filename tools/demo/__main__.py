"""`./run COMMAND`: real servers and processes, and one season replayed through them.

demo [--exit] [--json] [--reset]   replay a season and serve it until Ctrl-C
up [--reset]                       serve an empty installation for your own data
manage ARGUMENTS                   Django commands, on the running servers or on the demo's data
test [ARGUMENTS]                   the test suite, on its own servers
"""

import argparse
import errno
import os
import signal
import sys


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    if os.name == "nt":
        print(
            "On Windows there is no embedded Valkey: set REDIS_URL and DATABASE_URL, or use WSL.",
            file=sys.stderr,
        )
        return 1
    from tools.processes.interrupts import Stopped, ToolError

    try:
        return run(options)
    except ToolError as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except Stopped:
        return 130
    except OSError as error:
        print(in_words(error), file=sys.stderr)
        return 1


def in_words(error: OSError) -> str:
    """Return an error message for a full disk or missing permissions. Re-raises any other error."""
    where = error.filename or ".local"
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return f"{where} belongs to another user, or this folder is read-only: {error}"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"No space left on the disk of {where}: free some, then start again."
    raise error


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="run", description="Final Whistle in one command.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    demo = commands.add_parser("demo", help="replay a real season and serve it until Ctrl-C")
    demo.add_argument(
        "--exit", action="store_true", help="stop after the season; exit code 0 if all of it is right"
    )
    demo.add_argument(
        "--json", action="store_true", help="the summary as one JSON object, the last line on stdout"
    )
    demo.add_argument("--reset", action="store_true", help="delete the demo's data first")
    up = commands.add_parser("up", help="serve an empty installation for your own data until Ctrl-C")
    up.add_argument("--reset", action="store_true", help="delete that data first")
    for name, text in (("manage", "run a Django command"), ("test", "run the tests on servers of their own")):
        commands.add_parser(name, help=text, add_help=False)
    # All arguments after `manage` and `test` are passed on, options included.
    if arguments[:1] in (["manage"], ["test"]):
        return argparse.Namespace(command=arguments[0], arguments=arguments[1:])
    return parser.parse_args(arguments)


def run(options: argparse.Namespace) -> int:
    from tools.demo import one_command, serve

    if options.command == "demo":
        return serve.demo(exit_after=options.exit, as_json=options.json, reset=options.reset)
    if options.command == "up":
        return serve.up(reset=options.reset)
    command = {"manage": one_command.manage, "test": one_command.test}[options.command]
    return command(options.arguments)


if __name__ == "__main__":
    try:
        # ./run blocks SIGINT while Python starts, which would answer Ctrl-C with a traceback.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        code = main(sys.argv[1:])
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        code = 130
    sys.exit(code)
