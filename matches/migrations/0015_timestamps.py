"""Timestamps of commitments by an authority; append-only, like those."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Now

from core.db.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [("matches", "0014_llm")]

    operations = [
        migrations.CreateModel(
            name="Timestamp",
            fields=[
                (
                    "commitment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="timestamp",
                        serialize=False,
                        to="matches.commitment",
                    ),
                ),
                ("authority", models.CharField(help_text="Its address.", max_length=200)),
                ("stated_at", models.DateTimeField(help_text="By the clock of the authority.")),
                ("answer", models.BinaryField(help_text="What it sent, as RFC 3161 has it.")),
                ("received_at", models.DateTimeField(db_default=Now())),
            ],
        ),
        RunSQLFile(
            "matches/sql/timestamp_append_only_v1.sql",
            reverse="DROP FUNCTION matches_guard_timestamp() CASCADE",
        ),
    ]
