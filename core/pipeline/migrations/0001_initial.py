"""The job ledger and heartbeats."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('name', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('beat_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='JobRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('key', models.CharField(help_text="What the job is about: a match id, or 'all'.", max_length=80)),
                ('subject', models.CharField(blank=True, help_text='For people and filters, like match:42.', max_length=80)),
                ('queue', models.CharField(max_length=20)),
                ('priority', models.SmallIntegerField(choices=[(0, 'Archive'), (10, 'Today')], default=0)),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed'), ('cancelled', 'Cancelled'), ('skipped', 'Skipped')], default='queued', max_length=10)),
                ('attempt', models.PositiveIntegerField(default=0, help_text='Number of the last claim; no two claims share one.')),
                ('max_attempts', models.PositiveIntegerField(default=3, help_text='Grows with every postponement, which is no failure, and every retry.')),
                ('due_at', models.DateTimeField()),
                ('postponed_at', models.DateTimeField(blank=True, help_text='When it was first postponed since it was requested or retried.', null=True)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('pushed_at', models.DateTimeField(blank=True, help_text='When it was last pushed to Redis.', null=True)),
                ('rq_job_id', models.CharField(blank=True, max_length=80)),
                ('error', models.TextField(blank=True, help_text='The last error, or why the job was skipped.')),
                ('traceback', models.TextField(blank=True, help_text='The traceback of every failed attempt.')),
                ('created_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('triggered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='triggered', to='pipeline.jobrun')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'queued')), fields=['due_at'], name='jobrun_waiting'), models.Index(condition=models.Q(('pushed_at__isnull', False), ('state', 'queued')), fields=['queue', 'priority'], name='jobrun_in_redis'), models.Index(condition=models.Q(('state', 'queued')), fields=['queue', '-priority', 'due_at', 'id'], name='jobrun_next'), models.Index(condition=models.Q(('state', 'running')), fields=['lease_until'], name='jobrun_running'), models.Index(fields=['subject', '-id'], name='jobrun_subject'), models.Index(condition=models.Q(('state', 'failed')), fields=['-finished_at'], name='jobrun_failed')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'queued')), fields=('kind', 'key'), name='jobrun_one_waiting_per_key'), models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'running', 'done', 'failed', 'cancelled', 'skipped'])), name='jobrun_state_known'), models.CheckConstraint(condition=models.Q(('attempt__lte', models.F('max_attempts'))), name='jobrun_attempts_within_limit'), models.CheckConstraint(condition=models.Q(models.Q(('lease_until__isnull', False), ('state', 'running')), models.Q(models.Q(('state', 'running'), _negated=True), ('lease_until__isnull', True)), _connector='OR'), name='jobrun_lease_only_while_running'), models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', True), ('state__in', ['queued', 'running'])), models.Q(models.Q(('state__in', ['queued', 'running']), _negated=True), ('finished_at__isnull', False)), _connector='OR'), name='jobrun_finished_at_says_when')],
            },
        ),
    ]
