"""A bad day on purpose: `python -m tests.slow.chaos --seed 7`.

Real servers, the real processes of the Procfile, and a season whose results come in and are corrected while
everything that can die is killed. At the end it waits until the pipeline is quiet, checks by itself that
nothing was lost and nothing happened twice, and prints what it did. Exit code 0 only if all is right.
"""

import argparse
import os
import random
import sys

from tests.slow.chaos.stage import Stage


def main(argv: list[str]) -> int:
    options = _parse(argv)
    seed = random.randrange(1_000_000) if options.seed is None else options.seed
    print(f"chaos: seed {seed}, {options.matches} matches, faults for {options.seconds} s", flush=True)
    with Stage.open() as stage:
        os.environ.update(stage.settings | {"LOG_LEVEL": "CRITICAL"})  # the processes log to their files
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django

        django.setup()
        from tests.slow.chaos import story  # reads models: only now are there settings

        return story.play(stage, seed=seed, matches=options.matches, seconds=options.seconds)


def _parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.slow.chaos", description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, help="repeat the plan of an earlier run (default: a new one)")
    parser.add_argument("--matches", type=int, default=380, help="of the season 2015/16 (default 380)")
    parser.add_argument("--seconds", type=int, default=240, help="of faults, before the quiet (default 240)")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
