"""Matches, predictions, feeds and language models, with the triggers that guard them."""

import django.contrib.postgres.fields
import django.contrib.postgres.functions
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import core.validators
from core.db.sql import RunSQLFile

# By name alone: each is defined once.
DROP_DIGEST = """
DROP FUNCTION matches_prediction_digest;
DROP FUNCTION matches_prediction_form;
DROP FUNCTION matches_microseconds;
DROP FUNCTION matches_utf8;
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # The digest of a prediction is a generated column, so its functions come before the table.
        RunSQLFile("matches/sql/prediction_digest.sql", reverse=DROP_DIGEST),
        migrations.CreateModel(
            name='Competition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('name', models.CharField(max_length=100)),
                ('country', models.CharField(blank=True, max_length=60)),
                ('score_basis', models.CharField(choices=[('full_time', 'after 90 minutes'), ('after_extra_time', 'after extra time')], default='full_time', max_length=20)),
                ('settle_sources', models.PositiveSmallIntegerField(choices=[(1, 'one feed is enough'), (2, 'two feeds must agree')], db_default=1, default=1, help_text="Feeds that must agree before a result is recorded. An operator's result is recorded at once.")),
                ('settle_wait', models.PositiveSmallIntegerField(db_default=30, default=30, help_text='Minutes to wait for the second feed; afterwards one is enough.', validators=[django.core.validators.MaxValueValidator(10080)])),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.CheckConstraint(condition=models.Q(('settle_sources__in', [1, 2])), name='competition_one_or_two_sources')],
            },
        ),
        migrations.CreateModel(
            name='Season',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('competition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seasons', to='matches.competition')),
                ('label', models.CharField(help_text='E.g. 2015/16.', max_length=20)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('closed_at', models.DateTimeField(blank=True, help_text='Set by the action Close season.', null=True)),
            ],
            options={
                'ordering': ['-starts_on', 'competition_id'],
                'constraints': [models.UniqueConstraint(fields=('competition', 'label'), name='season_once_per_competition'), models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='season_ends_after_start', violation_error_message='A season cannot end before it starts.')],
            },
        ),
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('name', models.CharField(max_length=100, validators=[core.validators.has_a_letter])),
                ('short_name', models.CharField(max_length=30, validators=[core.validators.has_a_letter])),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='TeamAlias',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aliases', to='matches.team')),
                ('source', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=100)),
                ('used_until', models.DateField(blank=True, help_text='For a former name: first day of the new name.', null=True)),
            ],
            options={
                'verbose_name_plural': 'team aliases',
                'constraints': [models.UniqueConstraint(condition=models.Q(('source', 'former'), _negated=True), fields=('source', 'name'), name='alias_once_per_source', violation_error_message='This source uses this name for another team.')],
            },
        ),
        migrations.CreateModel(
            name='PointsAdjustment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('season', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='adjustments', to='matches.season')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='adjustments', to='matches.team')),
                ('points', models.SmallIntegerField(help_text='Negative for a deduction, e.g. -10.')),
                ('decided_on', models.DateField(help_text='The adjustment counts in tables from this day on.')),
                ('reason', models.CharField(help_text='Shown to readers; a few words.', max_length=200)),
                ('source', models.CharField(help_text="A link, or the league's statement.", max_length=200)),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['season_id', 'decided_on', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('points', 0), _negated=True), models.Q(('points__isnull', True), models.Q(('points__gte', -100), ('points__lte', 100)), _connector='OR')), name='adjustment_changes_points'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='adjustment_says_why'), models.UniqueConstraint(fields=('season', 'team', 'decided_on', 'points', 'reason'), name='adjustment_entered_once')],
            },
        ),
        migrations.CreateModel(
            name='Match',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('scheduled', 'Scheduled'), ('live', 'Live'), ('finished', 'Finished'), ('postponed', 'Postponed'), ('suspended', 'Suspended'), ('abandoned', 'Abandoned'), ('cancelled', 'Cancelled'), ('awarded', 'Awarded')], default='scheduled', max_length=10)),
                ('home_score', models.SmallIntegerField(blank=True, null=True)),
                ('away_score', models.SmallIntegerField(blank=True, null=True)),
                ('home_score_aet', models.SmallIntegerField(blank=True, help_text='After 120 minutes, if played.', null=True)),
                ('away_score_aet', models.SmallIntegerField(blank=True, null=True)),
                ('home_penalties', models.SmallIntegerField(blank=True, null=True)),
                ('away_penalties', models.SmallIntegerField(blank=True, null=True)),
                ('season', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='matches', to='matches.season')),
                ('round_label', models.CharField(help_text='E.g. Matchday 7 or Final.', max_length=40)),
                ('matchday', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('kickoff_at', models.DateTimeField(db_index=True)),
                ('lock_at', models.DateTimeField(help_text='From then on the database refuses live predictions.')),
                ('sealed_until', models.DateTimeField(blank=True, editable=False, help_text='While the kickoff is in doubt: the later of the reported kickoffs.', null=True)),
                ('reveal_at', models.GeneratedField(db_persist=True, expression=models.Case(models.When(status__in=('live', 'suspended', 'finished', 'abandoned', 'awarded'), then=models.F('lock_at')), default=django.db.models.functions.comparison.Greatest('lock_at', 'sealed_until')), help_text='Predictions are secret until then: the lock, or later while the kickoff is in doubt.', output_field=models.DateTimeField())),
                ('home_team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='home_matches', to='matches.team')),
                ('away_team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='away_matches', to='matches.team')),
                ('neutral', models.BooleanField(default=False)),
                ('second_leg', models.BooleanField(default=False, help_text='The aggregate decides: a shootout may follow a score that is not level.')),
                ('result_version', models.PositiveIntegerField(default=0, help_text='Number of results recorded so far.')),
            ],
            options={
                'verbose_name_plural': 'matches',
                'indexes': [models.Index(fields=['season', 'kickoff_at'], name='match_season_kickoff')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('away_score__isnull', True), ('home_score__isnull', True)), models.Q(('away_score__isnull', False), ('home_score__isnull', False)), _connector='OR'), name='match_score_paired'), models.CheckConstraint(condition=models.Q(models.Q(('away_score_aet__isnull', True), ('home_score_aet__isnull', True)), models.Q(('away_score_aet__isnull', False), ('home_score_aet__isnull', False)), _connector='OR'), name='match_aet_paired'), models.CheckConstraint(condition=models.Q(models.Q(('away_penalties__isnull', True), ('home_penalties__isnull', True)), models.Q(('away_penalties__isnull', False), ('home_penalties__isnull', False)), _connector='OR'), name='match_penalties_paired'), models.CheckConstraint(condition=models.Q(models.Q(('home_score__isnull', True), models.Q(('home_score__gte', 0), ('home_score__lte', 30)), _connector='OR'), models.Q(('away_score__isnull', True), models.Q(('away_score__gte', 0), ('away_score__lte', 30)), _connector='OR'), models.Q(('home_score_aet__isnull', True), models.Q(('home_score_aet__gte', 0), ('home_score_aet__lte', 30)), _connector='OR'), models.Q(('away_score_aet__isnull', True), models.Q(('away_score_aet__gte', 0), ('away_score_aet__lte', 30)), _connector='OR')), name='match_goals_in_range'), models.CheckConstraint(condition=models.Q(models.Q(('home_penalties__isnull', True), models.Q(('home_penalties__gte', 0), ('home_penalties__lte', 60)), _connector='OR'), models.Q(('away_penalties__isnull', True), models.Q(('away_penalties__gte', 0), ('away_penalties__lte', 60)), _connector='OR')), name='match_penalties_in_range'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'finished'), _negated=True), ('home_score__isnull', False), _connector='OR'), name='match_finished_has_score'), models.CheckConstraint(condition=models.Q(('status__in', ['scheduled', 'live', 'finished', 'postponed', 'suspended', 'abandoned', 'cancelled', 'awarded'])), name='match_status_known'), models.CheckConstraint(condition=models.Q(('home_team', models.F('away_team')), _negated=True), name='match_two_teams', violation_error_message='A match needs two different teams.'), models.CheckConstraint(condition=models.Q(('lock_at__lte', models.F('kickoff_at'))), name='match_locks_by_kickoff'), models.CheckConstraint(condition=models.Q(('sealed_until__isnull', True), ('sealed_until__gt', models.F('lock_at')), _connector='OR'), name='match_sealed_beyond_lock'), models.UniqueConstraint(condition=models.Q(('status__in', ['abandoned', 'cancelled']), _negated=True), fields=('season', 'round_label', 'home_team', 'away_team'), name='match_once_per_round', violation_error_message='These teams meet in this round already; edit that match instead.')],
            },
        ),
        migrations.CreateModel(
            name='MatchSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('match', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sources', to='matches.match')),
                ('source', models.CharField(max_length=40)),
                ('external_id', models.CharField(max_length=80)),
                ('flipped', models.BooleanField(default=False, help_text='The source lists the teams in reverse order (neutral venue).')),
                ('added', models.BooleanField(db_default=False, default=False, editable=False, help_text='The match was created from this source.')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('source', 'external_id'), name='match_source_external_id_once')],
            },
        ),
        migrations.CreateModel(
            name='ResultRevision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('scheduled', 'Scheduled'), ('live', 'Live'), ('finished', 'Finished'), ('postponed', 'Postponed'), ('suspended', 'Suspended'), ('abandoned', 'Abandoned'), ('cancelled', 'Cancelled'), ('awarded', 'Awarded')], default='scheduled', max_length=10)),
                ('home_score', models.SmallIntegerField(blank=True, null=True)),
                ('away_score', models.SmallIntegerField(blank=True, null=True)),
                ('home_score_aet', models.SmallIntegerField(blank=True, help_text='After 120 minutes, if played.', null=True)),
                ('away_score_aet', models.SmallIntegerField(blank=True, null=True)),
                ('home_penalties', models.SmallIntegerField(blank=True, null=True)),
                ('away_penalties', models.SmallIntegerField(blank=True, null=True)),
                ('match', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='matches.match')),
                ('version', models.PositiveIntegerField()),
                ('source', models.CharField(max_length=40)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['match_id', 'version'],
                'indexes': [models.Index(condition=models.Q(('version__gt', 1)), fields=['-recorded_at', '-id'], name='revision_corrections')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('away_score__isnull', True), ('home_score__isnull', True)), models.Q(('away_score__isnull', False), ('home_score__isnull', False)), _connector='OR'), name='revision_score_paired'), models.CheckConstraint(condition=models.Q(models.Q(('away_score_aet__isnull', True), ('home_score_aet__isnull', True)), models.Q(('away_score_aet__isnull', False), ('home_score_aet__isnull', False)), _connector='OR'), name='revision_aet_paired'), models.CheckConstraint(condition=models.Q(models.Q(('away_penalties__isnull', True), ('home_penalties__isnull', True)), models.Q(('away_penalties__isnull', False), ('home_penalties__isnull', False)), _connector='OR'), name='revision_penalties_paired'), models.CheckConstraint(condition=models.Q(models.Q(('home_score__isnull', True), models.Q(('home_score__gte', 0), ('home_score__lte', 30)), _connector='OR'), models.Q(('away_score__isnull', True), models.Q(('away_score__gte', 0), ('away_score__lte', 30)), _connector='OR'), models.Q(('home_score_aet__isnull', True), models.Q(('home_score_aet__gte', 0), ('home_score_aet__lte', 30)), _connector='OR'), models.Q(('away_score_aet__isnull', True), models.Q(('away_score_aet__gte', 0), ('away_score_aet__lte', 30)), _connector='OR')), name='revision_goals_in_range'), models.CheckConstraint(condition=models.Q(models.Q(('home_penalties__isnull', True), models.Q(('home_penalties__gte', 0), ('home_penalties__lte', 60)), _connector='OR'), models.Q(('away_penalties__isnull', True), models.Q(('away_penalties__gte', 0), ('away_penalties__lte', 60)), _connector='OR')), name='revision_penalties_in_range'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'finished'), _negated=True), ('home_score__isnull', False), _connector='OR'), name='revision_finished_has_score'), models.CheckConstraint(condition=models.Q(('status__in', ['scheduled', 'live', 'finished', 'postponed', 'suspended', 'abandoned', 'cancelled', 'awarded'])), name='revision_status_known'), models.UniqueConstraint(fields=('match', 'version'), name='revision_version_once')],
            },
        ),
        migrations.CreateModel(
            name='KickoffMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('match', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='kickoff_moves', to='matches.match')),
                ('old_kickoff_at', models.DateTimeField()),
                ('new_kickoff_at', models.DateTimeField()),
                ('source', models.CharField(max_length=40)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('moved_at', models.DateTimeField()),
                ('moved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['match_id', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('old_kickoff_at', models.F('new_kickoff_at')), _negated=True), name='kickoff_move_moves_something')],
            },
        ),
        migrations.CreateModel(
            name='Forecaster',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('name', models.CharField(max_length=80, unique=True, validators=[core.validators.has_a_letter])),
                ('kind', models.CharField(choices=[('llm', 'LLM'), ('statistical', 'statistical model'), ('bookmaker', 'bookmaker'), ('human', 'human')], max_length=12)),
                ('description', models.TextField(blank=True)),
                ('maker', models.CharField(blank=True, max_length=80)),
                ('model_version', models.CharField(blank=True, max_length=80)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='successors', to='matches.forecaster')),
                ('is_baseline', models.BooleanField(default=False)),
                ('active_from', models.DateTimeField(blank=True, null=True)),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['llm', 'statistical', 'bookmaker', 'human'])), name='forecaster_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='Prediction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('match', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='predictions', to='matches.match')),
                ('forecaster', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='predictions', to='matches.forecaster')),
                ('home_goals', models.SmallIntegerField(blank=True, null=True)),
                ('away_goals', models.SmallIntegerField(blank=True, null=True)),
                ('p_home', models.FloatField(blank=True, null=True)),
                ('p_draw', models.FloatField(blank=True, null=True)),
                ('p_away', models.FloatField(blank=True, null=True)),
                ('submitted_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), help_text='Time of receipt, by the clock of the database.')),
                ('predicted_at', models.DateTimeField(blank=True, help_text='Time of the prediction according to its source.', null=True)),
                ('provenance', models.CharField(choices=[('live', 'live: received here before the lock'), ('archive', 'archive: imported afterwards from a published source'), ('hindsight', 'hindsight: imported, and made after the kickoff by its own date')], max_length=9)),
                ('superseded_at', models.DateTimeField(blank=True, null=True)),
                ('late', models.BooleanField(db_default=False, default=False, help_text='Received after the current kickoff: does not count.')),
                ('rationale', models.TextField(blank=True)),
                ('model_version', models.CharField(blank=True, db_default='', help_text='Version of the model, as reported by its maker.', max_length=80)),
                ('client_ref', models.CharField(blank=True, db_default='', help_text='Reference chosen by the API client.', max_length=80)),
                ('salt', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), help_text='Random, so that the digest cannot be guessed.')),
                ('digest', models.GeneratedField(db_persist=True, expression=models.Func(models.F('match_id'), models.F('forecaster_id'), models.F('home_goals'), models.F('away_goals'), models.F('p_home'), models.F('p_draw'), models.F('p_away'), models.F('predicted_at'), models.F('submitted_at'), models.F('provenance'), models.F('model_version'), models.F('rationale'), models.F('salt'), function='matches_prediction_digest'), help_text='SHA-256 over the canonical form (docs/proofs.md), computed by the database.', output_field=models.CharField(max_length=64))),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('match'), models.F('forecaster'), models.Case(models.When(superseded_at__isnull=True, then=models.Value(0)), default=models.F('id'), output_field=models.BigIntegerField()), name='prediction_one_current'), models.CheckConstraint(condition=models.Q(models.Q(('away_goals__isnull', True), ('home_goals__isnull', True)), models.Q(('away_goals__isnull', False), ('home_goals__isnull', False)), _connector='OR'), name='prediction_score_paired'), models.CheckConstraint(condition=models.Q(models.Q(('p_away__isnull', True), ('p_draw__isnull', True), ('p_home__isnull', True)), models.Q(('p_away__isnull', False), ('p_draw__isnull', False), ('p_home__isnull', False)), _connector='OR'), name='prediction_probabilities_together'), models.CheckConstraint(condition=models.Q(('home_goals__isnull', False), ('p_home__isnull', False), _connector='OR'), name='prediction_says_something'), models.CheckConstraint(condition=models.Q(models.Q(('home_goals__isnull', True), models.Q(('home_goals__gte', 0), ('home_goals__lte', 30)), _connector='OR'), models.Q(('away_goals__isnull', True), models.Q(('away_goals__gte', 0), ('away_goals__lte', 30)), _connector='OR')), name='prediction_goals_in_range'), models.CheckConstraint(condition=models.Q(models.Q(('p_home__isnull', True), models.Q(('p_home__gte', 0), ('p_home__lte', 1)), _connector='OR'), models.Q(('p_draw__isnull', True), models.Q(('p_draw__gte', 0), ('p_draw__lte', 1)), _connector='OR'), models.Q(('p_away__isnull', True), models.Q(('p_away__gte', 0), ('p_away__lte', 1)), _connector='OR')), name='prediction_probabilities_in_range'), models.CheckConstraint(condition=models.Q(('p_home__isnull', True), models.Q(('p_home__gte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.Value(0.999), '-', models.F('p_draw')), '-', models.F('p_away'))), ('p_home__lte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.Value(1.001), '-', models.F('p_draw')), '-', models.F('p_away')))), _connector='OR'), name='prediction_probabilities_sum_to_one'), models.CheckConstraint(condition=models.Q(('provenance__in', ['live', 'archive', 'hindsight'])), name='prediction_provenance_known'), models.CheckConstraint(condition=models.Q(('late', False), models.Q(('provenance', 'live'), ('superseded_at__isnull', False)), _connector='OR'), name='prediction_late_does_not_count')],
            },
        ),
        migrations.CreateModel(
            name='Endpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('forecasts', 'a forecaster'), ('roundups', 'the roundup writer')], default='forecasts', max_length=10)),
                ('forecaster', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='endpoint', to='matches.forecaster')),
                ('enabled', models.BooleanField(default=True, help_text='Requests are sent only to enabled endpoints.')),
                ('base_url', models.CharField(blank=True, help_text='E.g. https://api.example.org/v1. Empty: LLM_BASE_URL of the environment.', max_length=200, verbose_name='base URL')),
                ('model', models.CharField(blank=True, help_text='Name of the model at the endpoint. Empty: LLM_MODEL of the environment.', max_length=120)),
                ('accepted_models', models.TextField(blank=True, help_text='Other names of this model in responses, one per line, e.g. a dated snapshot. Answers of other models are not accepted.')),
                ('key_variable', models.CharField(blank=True, help_text='Environment variable that contains the key: LLM_API_KEY, or one that starts with LLM_KEY_. Empty: the entered key is sent, if there is one.', max_length=60, validators=[django.core.validators.RegexValidator('^LLM_(API_KEY|KEY_[A-Z0-9_]+)$', 'The name must be LLM_API_KEY, or start with LLM_KEY_.')])),
                ('sealed_key', models.TextField(blank=True, editable=False)),
                ('key_set_at', models.DateTimeField(editable=False, null=True)),
                ('answer_format', models.CharField(choices=[('json_schema', 'JSON with a schema'), ('json_object', 'JSON without a schema'), ('text', 'text (only the prompt requests JSON)')], default='json_schema', help_text='Strictest format that the endpoint supports.', max_length=12)),
                ('token_parameter', models.CharField(choices=[('max_tokens', 'max_tokens'), ('max_completion_tokens', 'max_completion_tokens')], default='max_tokens', help_text='Name of the token limit in requests; reasoning models require the longer name.', max_length=22)),
                ('max_tokens', models.PositiveIntegerField(default=1000, help_text='Maximum per answer. Reasoning models need more.')),
                ('temperature', models.FloatField(blank=True, help_text="Empty: not sent, so the endpoint's default applies.", null=True)),
                ('timeout_seconds', models.PositiveSmallIntegerField(default=60, help_text='Time limit of one request.')),
                ('input_price', models.DecimalField(blank=True, decimal_places=4, help_text='Per million tokens of the prompt.', max_digits=10, null=True)),
                ('output_price', models.DecimalField(blank=True, decimal_places=4, help_text='Per million tokens of the answer.', max_digits=10, null=True)),
                ('daily_requests', models.PositiveIntegerField(blank=True, help_text='Maximum per day (UTC). Empty: no limit.', null=True)),
                ('daily_tokens', models.PositiveBigIntegerField(blank=True, help_text='Maximum per day, prompts and answers together. Empty: no limit.', null=True)),
                ('daily_cost', models.DecimalField(blank=True, decimal_places=4, help_text='Maximum per day; requires prices.', max_digits=10, null=True)),
                ('failures_in_row', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('paused_at', models.DateTimeField(editable=False, null=True)),
                ('paused_until', models.DateTimeField(editable=False, null=True)),
            ],
            options={
                'verbose_name': 'LLM endpoint',
                'ordering': ['purpose', 'forecaster__name'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('forecaster__isnull', False), ('purpose', 'forecasts')), models.Q(('forecaster__isnull', True), ('purpose', 'roundups')), _connector='OR'), name='endpoint_serves_one', violation_error_message='Select a forecaster, or none for the roundup writer.'), models.UniqueConstraint(condition=models.Q(('purpose', 'roundups')), fields=('purpose',), name='endpoint_one_roundup_writer', violation_error_message='The roundup writer has an endpoint already; edit that one.'), models.CheckConstraint(condition=models.Q(('key_variable', ''), ('sealed_key', ''), _connector='OR'), name='endpoint_one_key', violation_error_message='Use either a variable or an entered key, not both.'), models.CheckConstraint(condition=models.Q(models.Q(('key_set_at__isnull', True), ('sealed_key', '')), models.Q(models.Q(('sealed_key', ''), _negated=True), ('key_set_at__isnull', False)), _connector='OR'), name='endpoint_key_set_at_says_when'), models.CheckConstraint(condition=models.Q(models.Q(('max_tokens__isnull', True), models.Q(('max_tokens__gte', 16), ('max_tokens__lte', 200000)), _connector='OR'), models.Q(('timeout_seconds__isnull', True), models.Q(('timeout_seconds__gte', 5), ('timeout_seconds__lte', 300)), _connector='OR'), models.Q(('temperature__isnull', True), models.Q(('temperature__gte', 0), ('temperature__lte', 2)), _connector='OR')), name='endpoint_limits_in_range', violation_error_message='Allowed: 16 to 200000 tokens, 5 to 300 seconds, temperature 0 to 2.'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('input_price__isnull', True), ('output_price__isnull', True)), models.Q(('input_price__isnull', False), ('output_price__isnull', False)), _connector='OR'), models.Q(('input_price__isnull', True), models.Q(('input_price__gte', 0), ('input_price__lte', 1000000)), _connector='OR'), models.Q(('output_price__isnull', True), models.Q(('output_price__gte', 0), ('output_price__lte', 1000000)), _connector='OR')), name='endpoint_prices_paired', violation_error_message='Enter both prices or none; they must not be negative.'), models.CheckConstraint(condition=models.Q(('daily_cost__isnull', True), models.Q(('daily_cost__gte', 0), ('input_price__isnull', False)), _connector='OR'), name='endpoint_cost_limit_needs_prices', violation_error_message='A cost limit requires both prices.'), models.CheckConstraint(condition=models.Q(models.Q(('paused_at__isnull', True), ('paused_until__isnull', True)), models.Q(('paused_at__isnull', False), ('paused_until__isnull', False)), _connector='OR'), name='endpoint_pause_paired')],
            },
        ),
        migrations.CreateModel(
            name='DailyUsage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('endpoint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='daily_usage', to='matches.endpoint')),
                ('day', models.DateField()),
                ('requests', models.PositiveIntegerField(default=0)),
                ('tokens', models.PositiveBigIntegerField(default=0)),
                ('cost', models.DecimalField(decimal_places=8, default=0, max_digits=16)),
            ],
            options={
                'verbose_name': 'daily usage',
                'verbose_name_plural': 'daily usage',
                'ordering': ['endpoint_id', '-day'],
                'constraints': [models.UniqueConstraint(fields=('endpoint', 'day'), name='daily_usage_once_a_day'), models.CheckConstraint(condition=models.Q(('cost__gte', 0)), name='daily_usage_cost_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='LLMQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('match', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='llm_questions', to='matches.match')),
                ('forecaster', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='llm_questions', to='matches.forecaster')),
                ('kickoff_at', models.DateTimeField(help_text='Kickoff at the time of the question.')),
                ('model', models.CharField(help_text='Requested model.', max_length=120)),
                ('context', models.JSONField(help_text='Facts known at that time; null if no prompt was created.', null=True)),
                ('messages', models.JSONField(default=list, help_text='The prompt, as sent.')),
                ('prompt_hash', models.CharField(blank=True, help_text='SHA-256 of the prompt.', max_length=64)),
                ('frozen_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('open', 'Open'), ('answered', 'Answered'), ('missed', 'Missed')], default='open', max_length=8)),
                ('reason', models.CharField(blank=True, choices=[('refusal', 'the model refused'), ('timeout', 'no complete response in time'), ('invalid', 'no valid answer, even after a repair request'), ('other_model', 'another model answered'), ('too_large', 'the response was too large'), ('http_error', 'the endpoint returned an error'), ('connection', 'the endpoint could not be reached'), ('late', 'the answer arrived after the lock'), ('locked', 'the match locked before the request'), ('budget', 'the daily limit was reached'), ('paused', 'the endpoint was paused after failures'), ('lost', 'the worker process died'), ('moved', 'the kickoff was moved before there was an answer')], max_length=11)),
                ('detail', models.CharField(blank=True, max_length=300)),
                ('prediction', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='llm_question', to='matches.prediction')),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'model question',
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['forecaster', '-id'], name='llm_question_of_forecaster'), models.Index(condition=models.Q(('state', 'open')), fields=['match'], name='llm_question_open')],
                'constraints': [models.UniqueConstraint(fields=('match', 'forecaster', 'kickoff_at'), name='llm_question_once_per_kickoff'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('prediction__isnull', True), ('reason', ''), ('state', 'open')), models.Q(('ended_at__isnull', False), ('prediction__isnull', False), ('reason', ''), ('state', 'answered')), models.Q(('ended_at__isnull', False), ('prediction__isnull', True), ('state', 'missed'), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='llm_question_state_fits_its_end'), models.CheckConstraint(condition=models.Q(('reason', ''), ('reason__in', ['refusal', 'timeout', 'invalid', 'other_model', 'too_large', 'http_error', 'connection', 'late', 'locked', 'budget', 'paused', 'lost', 'moved']), _connector='OR'), name='llm_question_reason_known'), models.CheckConstraint(condition=models.Q(models.Q(('context__isnull', False), models.Q(('prompt_hash', ''), _negated=True)), models.Q(('prompt_hash', ''), ('state', 'missed')), _connector='OR'), name='llm_question_is_frozen')],
            },
        ),
        migrations.CreateModel(
            name='LLMRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('endpoint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='matches.endpoint')),
                ('question', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='matches.llmquestion')),
                ('match', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='matches.match')),
                ('purpose', models.CharField(choices=[('ask', 'question'), ('repair', 'repair request'), ('again', 'retry after an error'), ('write', 'roundup'), ('trial', 'trial by an operator')], max_length=6)),
                ('host', models.CharField(help_text='Host of the endpoint.', max_length=120)),
                ('messages', models.JSONField(help_text='The messages sent.')),
                ('asked_at', models.DateTimeField()),
                ('reserved_tokens', models.PositiveBigIntegerField()),
                ('reserved_cost', models.DecimalField(decimal_places=8, max_digits=16, null=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('status', models.PositiveSmallIntegerField(blank=True, help_text='HTTP status.', null=True)),
                ('raw', models.TextField(blank=True, help_text='Response body, truncated to 64,000 characters.')),
                ('text', models.TextField(blank=True, help_text='Answer of the model.')),
                ('model', models.CharField(blank=True, help_text='Model named in the response.', max_length=120)),
                ('tokens_in', models.PositiveIntegerField(blank=True, null=True)),
                ('tokens_out', models.PositiveIntegerField(blank=True, null=True)),
                ('cost', models.DecimalField(blank=True, decimal_places=8, max_digits=16, null=True)),
                ('latency_ms', models.PositiveIntegerField(blank=True, null=True)),
                ('fault', models.CharField(blank=True, help_text='Reason if the response was unusable.', max_length=11)),
                ('detail', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'verbose_name': 'API call',
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('purpose__in', ['ask', 'repair', 'again']), ('question__isnull', False)), models.Q(('purpose__in', ['write', 'trial']), ('question__isnull', True)), _connector='OR'), name='llm_request_belongs_to_question'), models.CheckConstraint(condition=models.Q(('fault', ''), ('fault__in', ['refusal', 'timeout', 'invalid', 'other_model', 'too_large', 'http_error', 'connection', 'late', 'locked', 'budget', 'paused', 'lost', 'moved']), _connector='OR'), name='llm_request_fault_known'), models.UniqueConstraint(condition=models.Q(('answered_at__isnull', True), ('question__isnull', False)), fields=('question',), name='llm_request_one_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='PredictionLog',
            fields=[
                ('match', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='log', serialize=False, to='matches.match')),
                ('size', models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='PredictionLogEntry',
            fields=[
                ('pk', models.CompositePrimaryKey('match', 'position', blank=True, editable=False, primary_key=True, serialize=False)),
                ('match', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='matches.match')),
                ('position', models.PositiveIntegerField()),
                ('prediction', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='entry', to='matches.prediction')),
            ],
            options={
                'verbose_name_plural': 'log entries',
            },
        ),
        migrations.CreateModel(
            name='Commitment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('match', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='commitments', to='matches.match')),
                ('number', models.PositiveSmallIntegerField(help_text='Starts at 1.')),
                ('size', models.PositiveIntegerField(help_text='Number of predictions in the log.')),
                ('root', models.CharField(help_text='RFC 6962 tree hash (SHA-256) over the predictions.', max_length=64)),
                ('locked_at', models.DateTimeField(help_text='Lock of the match at the time of the commitment.')),
                ('committed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('before_result', models.BooleanField(help_text='Made before any result of the match was recorded.')),
                ('about', models.JSONField(help_text='Description of the match at the time of the commitment.')),
            ],
            options={
                'ordering': ['match_id', 'number'],
                'constraints': [models.UniqueConstraint(fields=('match', 'number'), name='commitment_number_once'), models.UniqueConstraint(fields=('match', 'size'), name='commitment_size_once'), models.CheckConstraint(condition=models.Q(('number__gt', 0), ('size__gt', 0)), name='commitment_of_something'), models.CheckConstraint(condition=models.Q(('root__regex', '^[0-9a-f]{64}$')), name='commitment_root_is_a_hash')],
            },
        ),
        migrations.CreateModel(
            name='Timestamp',
            fields=[
                ('commitment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='timestamp', serialize=False, to='matches.commitment')),
                ('authority', models.CharField(help_text='URL of the authority.', max_length=200)),
                ('stated_at', models.DateTimeField(help_text='Time stated by the authority.')),
                ('answer', models.BinaryField(help_text='Response of the authority (RFC 3161).')),
                ('received_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name='Feed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, unique=True)),
                ('per_minute', models.PositiveIntegerField(help_text='Maximum number of requests in any 60 seconds.')),
                ('per_day', models.PositiveIntegerField(help_text='Maximum number of requests in any 24 hours.')),
                ('paused_at', models.DateTimeField(blank=True, help_text='When the feed requested a pause.', null=True)),
                ('paused_until', models.DateTimeField(blank=True, help_text='End of the pause that the feed requested.', null=True)),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.CheckConstraint(condition=models.Q(('per_day__gte', 1), ('per_minute__gte', 1)), name='feed_may_be_asked', violation_error_message='The minimum is 1. To stop requests, deactivate the subscriptions.')],
            },
        ),
        migrations.CreateModel(
            name='FeedSubscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('feed', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='subscriptions', to='matches.feed')),
                ('season', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='subscriptions', to='matches.season')),
                ('code', models.CharField(help_text="The feed's code of the season, see docs/feeds.md.", max_length=100)),
                ('zone', models.CharField(blank=True, help_text='E.g. Europe/London; required for feeds with local times without a time zone.', max_length=40)),
                ('active', models.BooleanField(default=True)),
                ('asked_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('answered_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('next_due_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('failures', models.PositiveIntegerField(default=0, editable=False, help_text='Number of failed polls in a row.')),
                ('error', models.TextField(blank=True, editable=False)),
                ('listed', models.PositiveIntegerField(default=0, editable=False, help_text='Matches in the last response.')),
                ('etag', models.CharField(blank=True, editable=False, max_length=200)),
                ('last_modified', models.CharField(blank=True, editable=False, max_length=60)),
                ('marked_url', models.CharField(blank=True, editable=False, max_length=300)),
            ],
            options={
                'ordering': ['feed__name', 'code'],
                'constraints': [models.UniqueConstraint(fields=('feed', 'code'), name='subscription_once_per_code', violation_error_message='There is a subscription with this code already.')],
            },
        ),
        migrations.CreateModel(
            name='FeedRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('feed', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='requests', to='matches.feed')),
                ('subscription', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='requests', to='matches.feedsubscription')),
                ('urgent', models.BooleanField(default=False, help_text='True if a match should have been ending.')),
                ('asked_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), help_text="Time of the database.")),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('outcome', models.CharField(blank=True, help_text='HTTP status, or a short error.', max_length=20)),
                ('size', models.PositiveIntegerField(default=0, help_text='Size of the response in bytes.')),
            ],
            options={
                'ordering': ['-asked_at', '-pk'],
                'indexes': [models.Index(fields=['feed', '-asked_at'], name='feed_request_budget')],
            },
        ),
        migrations.CreateModel(
            name='FeedSnapshot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('scheduled', 'Scheduled'), ('live', 'Live'), ('finished', 'Finished'), ('postponed', 'Postponed'), ('suspended', 'Suspended'), ('abandoned', 'Abandoned'), ('cancelled', 'Cancelled'), ('awarded', 'Awarded')], default='scheduled', max_length=10)),
                ('home_score', models.SmallIntegerField(blank=True, null=True)),
                ('away_score', models.SmallIntegerField(blank=True, null=True)),
                ('home_score_aet', models.SmallIntegerField(blank=True, help_text='After 120 minutes, if played.', null=True)),
                ('away_score_aet', models.SmallIntegerField(blank=True, null=True)),
                ('home_penalties', models.SmallIntegerField(blank=True, null=True)),
                ('away_penalties', models.SmallIntegerField(blank=True, null=True)),
                ('subscription', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='snapshots', to='matches.feedsubscription')),
                ('external_id', models.CharField(max_length=80)),
                ('link', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='snapshot', to='matches.matchsource')),
                ('home', models.CharField(max_length=100)),
                ('away', models.CharField(max_length=100)),
                ('round_label', models.CharField(max_length=40)),
                ('kickoff_at', models.DateTimeField()),
                ('day_only', models.BooleanField(default=False, help_text='Only the day of the kickoff is known.')),
                ('doubt', models.CharField(blank=True, help_text='Why the result was not used.', max_length=300)),
                ('updated_at', models.DateTimeField(blank=True, help_text='When the feed last changed the match.', null=True)),
                ('digest', models.CharField(help_text='Hash of the report, to detect changes.', max_length=64)),
                ('first_reported_at', models.DateTimeField(help_text='When the feed first reported this result.')),
                ('gone_at', models.DateTimeField(blank=True, help_text='Since when the feed no longer lists the match.', null=True)),
                ('overruled_at', models.DateTimeField(blank=True, help_text='When an operator decided against this result.', null=True)),
            ],
            options={
                'verbose_name': 'feed report',
                'ordering': ['subscription_id', 'kickoff_at', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('subscription', 'external_id'), name='feed_snapshot_once_per_id')],
            },
        ),
        migrations.CreateModel(
            name='FeedProblem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('response', 'part of a response that was not imported'), ('kickoff', 'kickoff in doubt'), ('result', 'result withdrawn')], db_default='response', default='response', max_length=8)),
                ('subscription', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='problems', to='matches.feedsubscription')),
                ('match', models.ForeignKey(blank=True, help_text='Match of a problem that needs a decision.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='matches.match')),
                ('about', models.CharField(help_text="The feed's id of the match, or `answer` for the whole response.", max_length=120)),
                ('text', models.TextField()),
                ('times', models.PositiveIntegerField(default=1)),
                ('first_seen_at', models.DateTimeField()),
                ('last_seen_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('dismissed_at', models.DateTimeField(blank=True, help_text='Dismissed until the text changes.', null=True)),
            ],
            options={
                'ordering': ['-last_seen_at', '-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('kind', 'response')), fields=('subscription', 'about'), name='problem_once_per_subject'), models.UniqueConstraint(condition=models.Q(('kind', 'kickoff')), fields=('match',), name='problem_once_per_kickoff'), models.UniqueConstraint(condition=models.Q(('kind', 'result')), fields=('match',), name='problem_once_per_result'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'response'), ('subscription__isnull', False)), models.Q(models.Q(('kind', 'response'), _negated=True), ('match__isnull', False)), _connector='OR'), name='problem_has_a_subject')],
            },
        ),
        migrations.CreateModel(
            name='UnknownTeam',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=100)),
                ('example', models.CharField(help_text='A match of this team.', max_length=250)),
                ('first_seen_at', models.DateTimeField()),
                ('last_seen_at', models.DateTimeField()),
                ('team', models.ForeignKey(blank=True, help_text='The team that has this name.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='matches.team')),
                ('mapped_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['mapped_at', 'source', 'name'],
                'constraints': [models.UniqueConstraint(fields=('source', 'name'), name='unknown_team_once_per_source'), models.CheckConstraint(condition=models.Q(models.Q(('mapped_at__isnull', True), ('team__isnull', True)), models.Q(('mapped_at__isnull', False), ('team__isnull', False)), _connector='OR'), name='unknown_team_mapped_to_one')],
            },
        ),
        migrations.CreateModel(
            name='ApiKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='Purpose of the key, e.g. nightly bot.', max_length=80)),
                ('maker', models.CharField(help_text='Person or organisation that uses the key.', max_length=80)),
                ('prefix', models.CharField(editable=False, help_text='First characters of the key.', max_length=12, unique=True)),
                ('digest', models.CharField(editable=False, max_length=64)),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('read', 'read predictions of its forecasters before the lock'), ('predict', 'submit predictions')], max_length=8), help_text='Permissions of the key.', size=None)),
                ('created_at', models.DateTimeField()),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('expires_at', models.DateTimeField(blank=True, help_text='Empty: the key never expires.', null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('last_used_at', models.DateTimeField(blank=True, help_text='Accurate to the minute.', null=True)),
                ('forecasters', models.ManyToManyField(help_text='Forecasters for which the key may be used.', related_name='keys', to='matches.forecaster')),
            ],
            options={
                'verbose_name': 'API key',
                'ordering': ['maker', 'name'],
                'constraints': [models.CheckConstraint(condition=models.Q(('digest__regex', '^[0-9a-f]{64}$')), name='api_key_is_hashed'), models.CheckConstraint(condition=models.Q(('scopes__contained_by', ['read', 'predict']), ('scopes__len__gt', 0)), name='api_key_scopes_known')],
            },
        ),
        migrations.CreateModel(
            name='StoredResponse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='matches.apikey')),
                ('name', models.CharField(help_text='The Idempotency-Key.', max_length=100)),
                ('request', models.CharField(help_text='SHA-256 of method, address and body.', max_length=64)),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('body', models.JSONField(null=True)),
                ('stored_at', models.DateTimeField(db_index=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('key', 'name'), name='stored_response_once')],
            },
        ),
        RunSQLFile(
            "matches/sql/revision_append_only.sql",
            reverse="DROP FUNCTION matches_guard_revision() CASCADE",
        ),
        RunSQLFile(
            "matches/sql/adjustment_append_only.sql",
            reverse="DROP FUNCTION matches_guard_adjustment() CASCADE",
        ),
        RunSQLFile(
            "matches/sql/kickoff_move_append_only.sql",
            reverse="DROP FUNCTION matches_guard_kickoff_move() CASCADE",
        ),
        RunSQLFile(
            "matches/sql/prediction_references.sql",
            reverse="DROP FUNCTION matches_require_references() CASCADE; "
            "DROP FUNCTION matches_refuse_orphans() CASCADE; "
            "DROP FUNCTION matches_refuse_new_id() CASCADE",
        ),
        RunSQLFile(
            "matches/sql/prediction_lock.sql",
            reverse="DROP FUNCTION matches_guard_new_predictions() CASCADE; "
            "DROP FUNCTION matches_guard_prediction() CASCADE; "
            "DROP FUNCTION matches_apply_lock() CASCADE",
        ),
        RunSQLFile(
            "matches/sql/prediction_hindsight.sql",
            reverse="DROP FUNCTION matches_guard_hindsight() CASCADE",
        ),
        RunSQLFile(
            "matches/sql/prediction_log.sql",
            reverse="DROP FUNCTION matches_log_predictions() CASCADE; "
            "DROP FUNCTION matches_guard_log() CASCADE",
        ),
        RunSQLFile("matches/sql/forecaster_slug.sql", reverse="DROP FUNCTION matches_guard_slug() CASCADE"),
        RunSQLFile(
            "matches/sql/commitment_append_only.sql",
            reverse="DROP FUNCTION matches_guard_commitment() CASCADE",
        ),
        RunSQLFile(
            "matches/sql/timestamp_append_only.sql",
            reverse="DROP FUNCTION matches_guard_timestamp() CASCADE",
        ),
        RunSQLFile(
            "matches/sql/llm_append_only.sql",
            reverse="DROP FUNCTION matches_guard_llm_question() CASCADE; DROP FUNCTION matches_guard_llm_request() CASCADE",
        ),
    ]
