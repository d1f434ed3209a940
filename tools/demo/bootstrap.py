"""Preparation of the database: check of its version, migrations, and the account `admin`.

`python -m tools.demo.bootstrap reset|keep` runs the migrations. If the account is missing, it is created with
the password in DJANGO_SUPERUSER_PASSWORD. `reset` also gives an existing account this password and makes it
an active superuser. `keep` never changes an existing account, which may belong to someone.
"""

import os
import sys

import django
import psycopg

from config.env import Unconfigured
from tools.processes.interrupts import ToolError


def main(policy: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        django.setup()
    except Unconfigured as fault:
        sys.exit(str(fault))
    from django.core.management import call_command
    from django.db import OperationalError

    try:
        call_command("migrate", interactive=False, verbosity=0)
        ensure_admin(os.environ["DJANGO_SUPERUSER_PASSWORD"], reset=policy == "reset")
    except OperationalError as error:
        sys.exit(f"The database cannot be prepared: {error}".strip().partition("\n")[0])


def ensure_admin(password: str, *, reset: bool) -> None:
    from django.contrib.auth import get_user_model
    from django.core.management import call_command

    admin = get_user_model().objects.filter(username="admin").first()
    if admin is None:
        call_command("createsuperuser", username="admin", email="", interactive=False, verbosity=0)
    elif reset and not (admin.is_superuser and admin.is_active and admin.check_password(password)):
        admin.is_superuser = admin.is_staff = admin.is_active = True
        admin.set_password(password)
        admin.save()
    elif not reset and not admin.check_password(password):
        print("The account `admin` keeps the password that it has.", file=sys.stderr)


# In all unreleased versions this table had another name, even if a migration of the same name was applied.
IS_OLD = """
SELECT to_regclass('matches_llmquestion') IS NULL
   AND EXISTS (SELECT FROM django_migrations WHERE app = 'matches')
"""


def is_new(url: str) -> bool:
    """Return True if no migration has been run in this database."""
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,)


def require_current(url: str, name: str) -> None:
    """Raise ToolError if the data of `./run <name>` cannot be migrated.

    This is the case for data that a version before the first release created.
    """
    if is_new(url):
        return
    with psycopg.connect(url) as connection:
        is_old = connection.execute(IS_OLD).fetchone() == (True,)
    if is_old:
        raise ToolError(
            f"The data in .local/{name} is of an earlier, unreleased version and cannot be migrated:"
            f" run `./run {name} --reset`, which deletes it."
        )


if __name__ == "__main__":
    main(sys.argv[1])
