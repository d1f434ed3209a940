"""Points that a league takes or gives beside the results, kept as history by a trigger."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.db.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [
        ("matches", "0002_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PointsAdjustment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("points", models.SmallIntegerField(help_text="Negative for a deduction, like -10.")),
                (
                    "decided_on",
                    models.DateField(help_text="From the matches of this day on it counts in the table."),
                ),
                (
                    "reason",
                    models.CharField(help_text="As readers shall see it, in a few words.", max_length=200),
                ),
                (
                    "source",
                    models.CharField(
                        help_text="Who says so: a link, or the league's statement.", max_length=200
                    ),
                ),
                ("recorded_at", models.DateTimeField()),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "season",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="adjustments",
                        to="matches.season",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="adjustments",
                        to="matches.team",
                    ),
                ),
            ],
            options={
                "ordering": ["season_id", "decided_on", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("points", 0), _negated=True),
                            models.Q(
                                ("points__isnull", True),
                                models.Q(("points__gte", -100), ("points__lte", 100)),
                                _connector="OR",
                            ),
                        ),
                        name="adjustment_changes_points",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="adjustment_says_why"
                    ),
                    models.UniqueConstraint(
                        fields=("season", "team", "decided_on", "points", "reason"),
                        name="adjustment_entered_once",
                    ),
                ],
            },
        ),
        RunSQLFile(
            "matches/sql/adjustment_append_only_v1.sql",
            reverse="DROP FUNCTION matches_guard_adjustment() CASCADE",
        ),
    ]
