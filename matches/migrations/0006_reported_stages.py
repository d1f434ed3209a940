"""Stage, group and reason in the reports of feeds. Existing reports get the stage of their match.

So the next report of a feed with another stage or group is applied, unless an operator has changed them.
"""

from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    Match, Snapshot = apps.get_model("matches", "Match"), apps.get_model("matches", "FeedSnapshot")
    linked = Match.objects.filter(sources=OuterRef("link_id"))
    Snapshot.objects.filter(link__isnull=False).update(
        stage=Subquery(linked.values("stage__name")), group=Subquery(linked.values("group"))
    )


class Migration(migrations.Migration):

    dependencies = [
        ('matches', '0005_stage_decisions'),
    ]

    operations = [
        migrations.AddField(
            model_name='feedsnapshot',
            name='group',
            field=models.CharField(blank=True, db_default='', default='', max_length=40),
        ),
        migrations.AddField(
            model_name='feedsnapshot',
            name='reason',
            field=models.CharField(blank=True, db_default='', default='', help_text='Why the match is postponed, cancelled etc.', max_length=200),
        ),
        migrations.AddField(
            model_name='feedsnapshot',
            name='stage',
            field=models.CharField(blank=True, db_default='', default='', help_text='Name of the stage.', max_length=100),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
