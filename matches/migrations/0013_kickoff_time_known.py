"""Store whether the time of a kickoff is known; the feeds' current reports say so of existing matches."""

from django.db import migrations, models

DAYS_ONLY = """
UPDATE matches_match m SET kickoff_time_known = false
FROM matches_matchsource link JOIN matches_feedsnapshot report ON report.link_id = link.id
WHERE link.match_id = m.id AND report.day_only AND report.kickoff_at = m.kickoff_at
"""


class Migration(migrations.Migration):

    dependencies = [
        ('matches', '0012_deciding_places'),
    ]

    operations = [
        migrations.AddField(
            model_name='feedproblem',
            name='held_time_known',
            field=models.BooleanField(db_default=True, default=True, editable=False),
        ),
        migrations.AddField(
            model_name='kickoffmove',
            name='new_time_known',
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name='kickoffmove',
            name='old_time_known',
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name='match',
            name='kickoff_time_known',
            field=models.BooleanField(db_default=True, default=True, help_text='False if only the day is known: the kickoff is then the beginning of that day.'),
        ),
        migrations.RunSQL(DAYS_ONLY, migrations.RunSQL.noop),
    ]
