"""`python -m tests.slow.machines.servers HOST`: PostgreSQL and Valkey listening there, until stdin closes.

Says where they are in one line of JSON.
"""

import json
import shutil
import sys

from tools.servers import embedded
from tools.servers.paths import LOCAL, make_private
from tools.servers.postgres import Postgres
from tools.servers.unprivileged import temporary_home
from tools.servers.valkey import Valkey


def main(host: str) -> None:
    home = temporary_home()
    group: list[embedded.Server] = []
    try:
        group.append(Valkey(home, log=home / "valkey.log", host=host))
        log = home / "postgres.log"
        group.append(Postgres(home, local=make_private(LOCAL), log=log, throwaway=True, host=host))
        sys.stdout.write(json.dumps(embedded.start(group)) + "\n")
        sys.stdout.flush()
        sys.stdin.read()
    finally:
        embedded.stop(group, grace=10)
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1])
