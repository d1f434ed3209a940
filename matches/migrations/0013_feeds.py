"""Feeds: what is asked for, what was said, what could not be taken; a competition may want two to agree."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matches', '0012_api_keys'),
    ]

    operations = [
        migrations.CreateModel(
            name='Feed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, unique=True)),
                ('per_minute', models.PositiveIntegerField(help_text='At most so many requests in any 60 seconds.')),
                ('per_day', models.PositiveIntegerField(help_text='At most so many requests in any 24 hours.')),
                ('paused_until', models.DateTimeField(blank=True, help_text='It told us to wait until then.', null=True)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='FeedProblem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('about', models.CharField(help_text="The feed's id of the match, or `answer`.", max_length=120)),
                ('text', models.TextField()),
                ('times', models.PositiveIntegerField(default=1)),
                ('first_seen_at', models.DateTimeField()),
                ('last_seen_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('dismissed_at', models.DateTimeField(blank=True, help_text='Until the feed says something else.', null=True)),
            ],
            options={
                'ordering': ['-last_seen_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='FeedRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('urgent', models.BooleanField(default=False, help_text='Matches should have been ending.')),
                ('asked_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), help_text="By the database's clock.")),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('outcome', models.CharField(blank=True, help_text='A status like 200, or what went wrong.', max_length=20)),
                ('size', models.PositiveIntegerField(default=0, help_text='Bytes of the answer.')),
            ],
            options={
                'ordering': ['-asked_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='FeedSighting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('scheduled', 'Scheduled'), ('live', 'Live'), ('finished', 'Finished'), ('postponed', 'Postponed'), ('suspended', 'Suspended'), ('abandoned', 'Abandoned'), ('cancelled', 'Cancelled'), ('awarded', 'Awarded')], default='scheduled', max_length=10)),
                ('home_score', models.SmallIntegerField(blank=True, null=True)),
                ('away_score', models.SmallIntegerField(blank=True, null=True)),
                ('home_score_aet', models.SmallIntegerField(blank=True, help_text='After 120 minutes, if played.', null=True)),
                ('away_score_aet', models.SmallIntegerField(blank=True, null=True)),
                ('home_penalties', models.SmallIntegerField(blank=True, null=True)),
                ('away_penalties', models.SmallIntegerField(blank=True, null=True)),
                ('external_id', models.CharField(max_length=80)),
                ('home', models.CharField(max_length=100)),
                ('away', models.CharField(max_length=100)),
                ('round_label', models.CharField(max_length=40)),
                ('kickoff_at', models.DateTimeField()),
                ('day_only', models.BooleanField(default=False, help_text='The day is known, the time is not.')),
                ('doubt', models.CharField(blank=True, help_text='Why its result is not taken.', max_length=300)),
                ('updated_at', models.DateTimeField(blank=True, help_text='When the feed changed it.', null=True)),
                ('digest', models.CharField(help_text='Of all that it says: the same, nothing to do.', max_length=64)),
                ('said_at', models.DateTimeField(help_text='When it first said so of the result.')),
                ('gone_at', models.DateTimeField(blank=True, help_text='It lists this match no more.', null=True)),
                ('overruled_at', models.DateTimeField(blank=True, help_text='An operator decided otherwise.', null=True)),
            ],
            options={
                'ordering': ['subscription_id', 'kickoff_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='FeedSubscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(help_text="The feed's own code for it, see docs/feeds.md.", max_length=100)),
                ('zone', models.CharField(blank=True, help_text='Like Europe/London: for feeds that tell local times without saying which.', max_length=40)),
                ('active', models.BooleanField(default=True)),
                ('asked_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('answered_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('next_due_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('failures', models.PositiveIntegerField(default=0, editable=False, help_text='In a row, up to now.')),
                ('error', models.TextField(blank=True, editable=False)),
                ('listed', models.PositiveIntegerField(default=0, editable=False, help_text='Matches in its last answer.')),
                ('etag', models.CharField(blank=True, editable=False, max_length=200)),
                ('last_modified', models.CharField(blank=True, editable=False, max_length=60)),
                ('marked_url', models.CharField(blank=True, editable=False, max_length=300)),
            ],
            options={
                'ordering': ['feed__name', 'code'],
            },
        ),
        migrations.CreateModel(
            name='UnknownTeam',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=100)),
                ('example', models.CharField(help_text='A match in which it plays.', max_length=250)),
                ('first_seen_at', models.DateTimeField()),
                ('last_seen_at', models.DateTimeField()),
                ('mapped_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['mapped_at', 'source', 'name'],
            },
        ),
        migrations.AddField(
            model_name='competition',
            name='settle_sources',
            field=models.PositiveSmallIntegerField(choices=[(1, 'one feed is enough'), (2, 'two feeds must agree')], db_default=1, default=1, help_text='Before a result from feeds is recorded. What an operator records counts at once.'),
        ),
        migrations.AddField(
            model_name='competition',
            name='settle_wait',
            field=models.PositiveSmallIntegerField(db_default=30, default=30, help_text='Minutes to wait for the second feed; after them one is enough.', validators=[django.core.validators.MaxValueValidator(10080)]),
        ),
        migrations.AddField(
            model_name='matchsource',
            name='added',
            field=models.BooleanField(db_default=False, default=False, editable=False, help_text='This source told us of the match.'),
        ),
        migrations.AddConstraint(
            model_name='competition',
            constraint=models.CheckConstraint(condition=models.Q(('settle_sources__in', [1, 2])), name='competition_one_or_two_sources'),
        ),
        migrations.AddConstraint(
            model_name='feed',
            constraint=models.CheckConstraint(condition=models.Q(('per_day__gte', 1), ('per_minute__gte', 1)), name='feed_may_be_asked', violation_error_message='At least one request; to ask nothing, switch its subscriptions off.'),
        ),
        migrations.AddField(
            model_name='feedrequest',
            name='feed',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='requests', to='matches.feed'),
        ),
        migrations.AddField(
            model_name='feedsighting',
            name='link',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='sighting', to='matches.matchsource'),
        ),
        migrations.AddField(
            model_name='feedsubscription',
            name='feed',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='subscriptions', to='matches.feed'),
        ),
        migrations.AddField(
            model_name='feedsubscription',
            name='season',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='subscriptions', to='matches.season'),
        ),
        migrations.AddField(
            model_name='feedsighting',
            name='subscription',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sightings', to='matches.feedsubscription'),
        ),
        migrations.AddField(
            model_name='feedrequest',
            name='subscription',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='requests', to='matches.feedsubscription'),
        ),
        migrations.AddField(
            model_name='feedproblem',
            name='subscription',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='problems', to='matches.feedsubscription'),
        ),
        migrations.AddField(
            model_name='unknownteam',
            name='team',
            field=models.ForeignKey(blank=True, help_text='Whom it means.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='matches.team'),
        ),
        migrations.AddConstraint(
            model_name='feedsubscription',
            constraint=models.UniqueConstraint(fields=('feed', 'code'), name='subscription_once_per_code', violation_error_message='This feed is asked for that already.'),
        ),
        migrations.AddConstraint(
            model_name='feedsighting',
            constraint=models.UniqueConstraint(fields=('subscription', 'external_id'), name='sighting_once_per_id'),
        ),
        migrations.AddIndex(
            model_name='feedrequest',
            index=models.Index(fields=['feed', '-asked_at'], name='feed_request_budget'),
        ),
        migrations.AddConstraint(
            model_name='feedproblem',
            constraint=models.UniqueConstraint(fields=('subscription', 'about'), name='problem_once_per_subject'),
        ),
        migrations.AddConstraint(
            model_name='unknownteam',
            constraint=models.UniqueConstraint(fields=('source', 'name'), name='unknown_team_once_per_source'),
        ),
        migrations.AddConstraint(
            model_name='unknownteam',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('mapped_at__isnull', True), ('team__isnull', True)), models.Q(('mapped_at__isnull', False), ('team__isnull', False)), _connector='OR'), name='unknown_team_mapped_to_one'),
        ),
    ]
