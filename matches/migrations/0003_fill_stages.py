"""Assign the existing matches and points adjustments to stages, by the names of their rounds."""

from django.db import migrations

from core.db.sql import read
from matches.stage_hints import stage_of_round

DROP_GUARD = "DROP FUNCTION matches_guard_adjustment() CASCADE"  # migration 0004 creates it again


def fill(apps, schema_editor):
    Match, Stage, Adjustment = (apps.get_model("matches", name) for name in ("Match", "Stage", "PointsAdjustment"))
    rounds = Match.objects.order_by("season_id", "kickoff_at", "id")
    stages = {}
    for season, label, matchday in dict.fromkeys(rounds.values_list("season_id", "round_label", "matchday")):
        hint = stage_of_round(label, matchday=matchday)
        if (season, hint.name) not in stages:
            order = sum(known == season for known, _ in stages)
            stages[season, hint.name] = Stage.objects.create(
                season_id=season,
                name=hint.name,
                kind=hint.kind,
                order=order,
                ranked_groups=list(hint.ranked_groups),
            )
        matches = Match.objects.filter(season_id=season, round_label=label, matchday=matchday)
        matches.update(stage=stages[season, hint.name], group=hint.group)
    Match.objects.filter(second_leg=True).update(leg=2)
    for adjustment in Adjustment.objects.all():
        own = Stage.objects.filter(season_id=adjustment.season_id)
        stage = own.filter(kind__in=["league", "groups"]).order_by("order").first() or own.first()
        if stage is None:
            stage = Stage.objects.create(season_id=adjustment.season_id, name="Regular season", kind="league")
        Adjustment.objects.filter(pk=adjustment.pk).update(stage=stage)


class Migration(migrations.Migration):

    dependencies = [
        ("matches", "0002_stages"),
    ]

    operations = [
        migrations.RunSQL(sql=DROP_GUARD, reverse_sql=read("matches/sql/adjustment_append_only.sql")),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
