"""Add the extensions, the function and the indexes of the search.

The role that migrates needs the right CREATE on the database, unless both extensions exist already
(docs/operations.md).
"""

from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations

from core.db.sql import RunSQLFile


class Migration(migrations.Migration):

    dependencies = [
        ("content", "0003_digest"),
        ("matches", "0011_time_zones"),
    ]

    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        RunSQLFile("content/sql/search_index.sql", reverse="content/sql/search_index_drop.sql"),
    ]
