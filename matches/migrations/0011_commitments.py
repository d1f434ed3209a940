"""The log of each match, written by the database, and what is published about it when the match locks."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Now

from core.db.sql import RunSQLFile

# Live predictions that are there already, in the order in which they came.
FILL_LOGS = """
INSERT INTO matches_predictionlog (match_id, size)
SELECT match_id, count(*) FROM matches_prediction WHERE provenance = 'live' GROUP BY match_id;
INSERT INTO matches_predictionlogentry (match_id, position, prediction_id)
SELECT match_id, row_number() OVER (PARTITION BY match_id ORDER BY submitted_at, id), id
FROM matches_prediction WHERE provenance = 'live'
"""


class Migration(migrations.Migration):
    dependencies = [("matches", "0010_prediction_digests")]

    operations = [
        migrations.CreateModel(
            name="PredictionLog",
            fields=[
                (
                    "match",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="log",
                        serialize=False,
                        to="matches.match",
                    ),
                ),
                ("size", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="PredictionLogEntry",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "match", "position", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                (
                    "match",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="matches.match",
                    ),
                ),
                (
                    "prediction",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entry",
                        to="matches.prediction",
                    ),
                ),
            ],
            options={"verbose_name_plural": "log entries"},
        ),
        migrations.CreateModel(
            name="Commitment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(help_text="From 1.")),
                ("size", models.PositiveIntegerField(help_text="Predictions in the log.")),
                ("root", models.CharField(help_text="RFC 6962 tree hash over them, SHA-256.", max_length=64)),
                ("locked_at", models.DateTimeField(help_text="The lock as it was known then.")),
                ("committed_at", models.DateTimeField(db_default=Now())),
                ("before_result", models.BooleanField(help_text="There was no result of the match yet.")),
                ("about", models.JSONField(help_text="The match as it was described then.")),
                (
                    "match",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commitments",
                        to="matches.match",
                    ),
                ),
            ],
            options={
                "ordering": ["match_id", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("match", "number"), name="commitment_number_once"),
                    models.UniqueConstraint(fields=("match", "size"), name="commitment_size_once"),
                    models.CheckConstraint(
                        condition=models.Q(("number__gt", 0), ("size__gt", 0)), name="commitment_of_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("root__regex", "^[0-9a-f]{64}$")), name="commitment_root_is_a_hash"
                    ),
                ],
            },
        ),
        migrations.RunSQL(sql=FILL_LOGS, reverse_sql=migrations.RunSQL.noop),
        RunSQLFile(
            "matches/sql/prediction_log_v1.sql",
            reverse="DROP FUNCTION matches_log_predictions() CASCADE; DROP FUNCTION matches_guard_log() CASCADE",
        ),
        RunSQLFile("matches/sql/forecaster_slug_v1.sql", reverse="DROP FUNCTION matches_guard_slug() CASCADE"),
        RunSQLFile(
            "matches/sql/commitment_append_only_v1.sql",
            reverse="DROP FUNCTION matches_guard_commitment() CASCADE",
        ),
    ]
