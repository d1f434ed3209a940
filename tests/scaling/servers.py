"""`python -m tests.scaling.servers HOST`: PostgreSQL and Valkey that listen there, until stdin is closed.

Says where they are in one line of JSON.
"""

import json
import shutil
import sys

from config.demo import servers
from config.demo.account import temporary_home
from config.demo.places import LOCAL, make_private
from config.demo.postgres import Postgres
from config.demo.valkey import Valkey


def main(host: str) -> None:
    home = temporary_home()
    group: list[servers.Server] = []
    try:
        group.append(Valkey(home, log=home / "valkey.log", host=host))
        log = home / "postgres.log"
        group.append(Postgres(home, local=make_private(LOCAL), log=log, throwaway=True, host=host))
        sys.stdout.write(json.dumps(servers.start(group)) + "\n")
        sys.stdout.flush()
        sys.stdin.read()
    finally:
        servers.stop(group, grace=10)
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1])
