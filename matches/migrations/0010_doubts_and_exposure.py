"""Mark live predictions that were received after others of the match had been public; rename feed problems.

Predictions that are stored already are not marked.
"""

from django.db import migrations, models

from core.db.sql import RunSQLFile


class Migration(migrations.Migration):

    dependencies = [
        ('matches', '0008_team_categories'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='feedproblem',
            options={'ordering': ['-last_seen_at', '-pk'], 'verbose_name': 'doubt or feed problem', 'verbose_name_plural': 'doubts and feed problems'},
        ),
        migrations.AddField(
            model_name='feedproblem',
            name='held_kickoff_at',
            field=models.DateTimeField(blank=True, help_text='Implausible kickoff: the match gets it only if it is confirmed.', null=True),
        ),
        migrations.AddField(
            model_name='match',
            name='exposed_at',
            field=models.DateTimeField(blank=True, editable=False, help_text='When the predictions became secret again although they had been public. Live predictions received later are marked `after_exposure`. Set by the database.', null=True),
        ),
        migrations.AddField(
            model_name='prediction',
            name='after_exposure',
            field=models.BooleanField(db_default=False, default=False, help_text='Live, and received after predictions of this match had been public.'),
        ),
        RunSQLFile("matches/sql/match_exposure.sql", reverse="DROP FUNCTION matches_record_exposure() CASCADE"),
        RunSQLFile("matches/sql/prediction_lock.sql", reverse="matches/sql/prediction_lock.sql"),
    ]
