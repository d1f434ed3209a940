"""Language models: their endpoints, what they are asked, and what they answer. History is kept by triggers."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from core.db.sql import RunSQLFile


class Migration(migrations.Migration):

    dependencies = [
        ('matches', '0013_feeds'),
    ]

    operations = [
        migrations.CreateModel(
            name='Asking',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kickoff_at', models.DateTimeField(help_text='The kickoff that it was asked for.')),
                ('model', models.CharField(help_text='That was to answer.', max_length=120)),
                ('context', models.JSONField(help_text='What was known then; null where it never came to that.', null=True)),
                ('messages', models.JSONField(default=list, help_text='The prompt as it was sent.')),
                ('prompt_hash', models.CharField(blank=True, help_text='SHA-256 of the prompt.', max_length=64)),
                ('frozen_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('open', 'Open'), ('answered', 'Answered'), ('missed', 'Missed')], default='open', max_length=8)),
                ('reason', models.CharField(blank=True, choices=[('refusal', 'it refused'), ('timeout', 'no answer in time'), ('invalid', 'no usable answer, not at the second try either'), ('other_model', 'another model answered'), ('too_large', 'the answer was far too long'), ('http_error', 'the endpoint answered with an error'), ('connection', 'the endpoint could not be reached'), ('late', 'the answer came after the lock'), ('locked', 'the match locked before it was asked'), ('budget', 'its budget of the day was spent'), ('paused', 'it was paused after failures'), ('lost', 'the answer was lost on our side'), ('moved', 'the kickoff was moved before it had answered')], max_length=11)),
                ('detail', models.CharField(blank=True, max_length=300)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('forecaster', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='askings', to='matches.forecaster')),
                ('match', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='askings', to='matches.match')),
                ('prediction', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='asking', to='matches.prediction')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Endpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('forecasts', 'a forecaster'), ('roundups', 'the roundup writer')], default='forecasts', max_length=10)),
                ('enabled', models.BooleanField(default=True, help_text='It is asked. Switch it off to ask no more.')),
                ('base_url', models.CharField(blank=True, help_text='Like https://api.example.org/v1. Empty: LLM_BASE_URL of the environment.', max_length=200, verbose_name='base URL')),
                ('model', models.CharField(blank=True, help_text='As the endpoint names it. Empty: LLM_MODEL of the environment.', max_length=120)),
                ('accepted_models', models.TextField(blank=True, help_text='Other names that the endpoint gives this very model in its answers, one per line, such as a dated snapshot. An answer in any other name is a miss.')),
                ('key_variable', models.CharField(blank=True, help_text='The environment variable that holds the key: LLM_API_KEY, or one that begins with LLM_KEY_. Empty, and no key entered: none is sent.', max_length=60, validators=[django.core.validators.RegexValidator('^LLM_(API_KEY|KEY_[A-Z0-9_]+)$', 'It must be LLM_API_KEY, or begin with LLM_KEY_.')])),
                ('sealed_key', models.TextField(blank=True, editable=False)),
                ('key_set_at', models.DateTimeField(editable=False, null=True)),
                ('answer_format', models.CharField(choices=[('json_schema', 'JSON by our schema'), ('json_object', 'any JSON object'), ('text', 'text: only the prompt asks for JSON')], default='json_schema', help_text='What it can do.', max_length=12)),
                ('token_parameter', models.CharField(choices=[('max_tokens', 'max_tokens'), ('max_completion_tokens', 'max_completion_tokens')], default='max_tokens', help_text='What it calls the limit; reasoning models want the longer name.', max_length=22)),
                ('max_tokens', models.PositiveIntegerField(default=1000, help_text='Of one answer. A reasoning model needs room to think.')),
                ('temperature', models.FloatField(blank=True, help_text='Empty: not sent, its default holds.', null=True)),
                ('timeout_seconds', models.PositiveSmallIntegerField(default=60, help_text='Until an answer is a miss.')),
                ('input_price', models.DecimalField(blank=True, decimal_places=4, help_text='Per million tokens of the prompt.', max_digits=10, null=True)),
                ('output_price', models.DecimalField(blank=True, decimal_places=4, help_text='Per million tokens of the answer.', max_digits=10, null=True)),
                ('daily_requests', models.PositiveIntegerField(blank=True, help_text='At most so many a day (UTC). Empty: no limit.', null=True)),
                ('daily_tokens', models.PositiveBigIntegerField(blank=True, help_text='At most so many a day, of prompts and answers. Empty: no limit.', null=True)),
                ('daily_cost', models.DecimalField(blank=True, decimal_places=4, help_text='At most so much a day; needs prices.', max_digits=10, null=True)),
                ('failures_in_row', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('paused_at', models.DateTimeField(editable=False, null=True)),
                ('paused_until', models.DateTimeField(editable=False, null=True)),
                ('forecaster', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='endpoint', to='matches.forecaster')),
            ],
            options={
                'ordering': ['purpose', 'forecaster__name'],
            },
        ),
        migrations.CreateModel(
            name='Call',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('ask', 'the question'), ('repair', 'again, with what was wrong'), ('again', 'again, after an error of the endpoint'), ('write', 'a roundup'), ('trial', 'a trial by an operator')], max_length=6)),
                ('host', models.CharField(help_text='Whom it was sent to.', max_length=120)),
                ('messages', models.JSONField(help_text='All that was sent.')),
                ('asked_at', models.DateTimeField()),
                ('reserved_tokens', models.PositiveBigIntegerField()),
                ('reserved_cost', models.DecimalField(decimal_places=8, max_digits=16, null=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('status', models.PositiveSmallIntegerField(blank=True, help_text='Of HTTP.', null=True)),
                ('raw', models.TextField(blank=True, help_text='The answer as it came, cut after 64,000 characters.')),
                ('text', models.TextField(blank=True, help_text='What the model said in it.')),
                ('model', models.CharField(blank=True, help_text='That the answer names.', max_length=120)),
                ('tokens_in', models.PositiveIntegerField(blank=True, null=True)),
                ('tokens_out', models.PositiveIntegerField(blank=True, null=True)),
                ('cost', models.DecimalField(blank=True, decimal_places=8, max_digits=16, null=True)),
                ('latency_ms', models.PositiveIntegerField(blank=True, null=True)),
                ('fault', models.CharField(blank=True, help_text='Why it was of no use.', max_length=11)),
                ('detail', models.CharField(blank=True, max_length=300)),
                ('asking', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='calls', to='matches.asking')),
                ('match', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='matches.match')),
                ('endpoint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calls', to='matches.endpoint')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Spending',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('requests', models.PositiveIntegerField(default=0)),
                ('tokens', models.PositiveBigIntegerField(default=0)),
                ('cost', models.DecimalField(decimal_places=8, default=0, max_digits=16)),
                ('endpoint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='spendings', to='matches.endpoint')),
            ],
            options={
                'verbose_name_plural': 'spending',
                'ordering': ['endpoint_id', '-day'],
            },
        ),
        migrations.AddIndex(
            model_name='asking',
            index=models.Index(fields=['forecaster', '-id'], name='asking_of_forecaster'),
        ),
        migrations.AddIndex(
            model_name='asking',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['match'], name='asking_open'),
        ),
        migrations.AddConstraint(
            model_name='asking',
            constraint=models.UniqueConstraint(fields=('match', 'forecaster', 'kickoff_at'), name='asking_once_per_kickoff'),
        ),
        migrations.AddConstraint(
            model_name='asking',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('prediction__isnull', True), ('reason', ''), ('state', 'open')), models.Q(('ended_at__isnull', False), ('prediction__isnull', False), ('reason', ''), ('state', 'answered')), models.Q(('ended_at__isnull', False), ('prediction__isnull', True), ('state', 'missed'), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='asking_state_says_how_it_ended'),
        ),
        migrations.AddConstraint(
            model_name='asking',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), ('reason__in', ['refusal', 'timeout', 'invalid', 'other_model', 'too_large', 'http_error', 'connection', 'late', 'locked', 'budget', 'paused', 'lost', 'moved']), _connector='OR'), name='asking_reason_known'),
        ),
        migrations.AddConstraint(
            model_name='asking',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('context__isnull', False), models.Q(('prompt_hash', ''), _negated=True)), models.Q(('prompt_hash', ''), ('state', 'missed')), _connector='OR'), name='asking_is_frozen'),
        ),
        migrations.AddConstraint(
            model_name='endpoint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('forecaster__isnull', False), ('purpose', 'forecasts')), models.Q(('forecaster__isnull', True), ('purpose', 'roundups')), _connector='OR'), name='endpoint_serves_one', violation_error_message='Name the forecaster, or leave it out for the roundup writer.'),
        ),
        migrations.AddConstraint(
            model_name='endpoint',
            constraint=models.UniqueConstraint(condition=models.Q(('purpose', 'roundups')), fields=('purpose',), name='endpoint_one_roundup_writer', violation_error_message='There is one for the roundup writer already; edit that.'),
        ),
        migrations.AddConstraint(
            model_name='endpoint',
            constraint=models.CheckConstraint(condition=models.Q(('key_variable', ''), ('sealed_key', ''), _connector='OR'), name='endpoint_one_key', violation_error_message='One key is enough: a variable, or one that is entered.'),
        ),
        migrations.AddConstraint(
            model_name='endpoint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('key_set_at__isnull', True), ('sealed_key', '')), models.Q(models.Q(('sealed_key', ''), _negated=True), ('key_set_at__isnull', False)), _connector='OR'), name='endpoint_key_set_at_says_when'),
        ),
        migrations.AddConstraint(
            model_name='endpoint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('max_tokens__isnull', True), models.Q(('max_tokens__gte', 16), ('max_tokens__lte', 200000)), _connector='OR'), models.Q(('timeout_seconds__isnull', True), models.Q(('timeout_seconds__gte', 5), ('timeout_seconds__lte', 300)), _connector='OR'), models.Q(('temperature__isnull', True), models.Q(('temperature__gte', 0), ('temperature__lte', 2)), _connector='OR')), name='endpoint_limits_in_range', violation_error_message='Tokens are 16 to 200000, seconds 5 to 300, temperature 0 to 2.'),
        ),
        migrations.AddConstraint(
            model_name='endpoint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('input_price__isnull', True), ('output_price__isnull', True)), models.Q(('input_price__isnull', False), ('output_price__isnull', False)), _connector='OR'), models.Q(('input_price__isnull', True), models.Q(('input_price__gte', 0), ('input_price__lte', 1000000)), _connector='OR'), models.Q(('output_price__isnull', True), models.Q(('output_price__gte', 0), ('output_price__lte', 1000000)), _connector='OR')), name='endpoint_prices_paired', violation_error_message='Give both prices or none; neither is negative.'),
        ),
        migrations.AddConstraint(
            model_name='endpoint',
            constraint=models.CheckConstraint(condition=models.Q(('daily_cost__isnull', True), models.Q(('daily_cost__gte', 0), ('input_price__isnull', False)), _connector='OR'), name='endpoint_cost_limit_needs_prices', violation_error_message='A limit of cost needs both prices.'),
        ),
        migrations.AddConstraint(
            model_name='endpoint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('paused_at__isnull', True), ('paused_until__isnull', True)), models.Q(('paused_at__isnull', False), ('paused_until__isnull', False)), _connector='OR'), name='endpoint_pause_paired'),
        ),
        migrations.AddConstraint(
            model_name='call',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('asking__isnull', False), ('purpose__in', ['ask', 'repair', 'again'])), models.Q(('asking__isnull', True), ('purpose__in', ['write', 'trial'])), _connector='OR'), name='call_belongs_to_its_asking'),
        ),
        migrations.AddConstraint(
            model_name='call',
            constraint=models.CheckConstraint(condition=models.Q(('fault', ''), ('fault__in', ['refusal', 'timeout', 'invalid', 'other_model', 'too_large', 'http_error', 'connection', 'late', 'locked', 'budget', 'paused', 'lost', 'moved']), _connector='OR'), name='call_fault_known'),
        ),
        migrations.AddConstraint(
            model_name='call',
            constraint=models.UniqueConstraint(condition=models.Q(('answered_at__isnull', True), ('asking__isnull', False)), fields=('asking',), name='call_one_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='spending',
            constraint=models.UniqueConstraint(fields=('endpoint', 'day'), name='spending_once_a_day'),
        ),
        migrations.AddConstraint(
            model_name='spending',
            constraint=models.CheckConstraint(condition=models.Q(('cost__gte', 0)), name='spending_cost_not_negative'),
        ),
        RunSQLFile(
            "matches/sql/askings_append_only_v1.sql",
            reverse="DROP FUNCTION matches_guard_asking() CASCADE; DROP FUNCTION matches_guard_call() CASCADE",
        ),
    ]
