"""Predictions of a match whose kickoff is in doubt stay secret until the later of the reported kickoffs."""

import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matches', '0017_feed_paused_at'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='feedproblem',
            name='problem_once_per_subject',
        ),
        migrations.AddField(
            model_name='feedproblem',
            name='kind',
            field=models.CharField(choices=[('response', 'part of a response that was not taken'), ('kickoff', 'kickoff in doubt')], db_default='response', default='response', max_length=8),
        ),
        migrations.AddField(
            model_name='feedproblem',
            name='match',
            field=models.ForeignKey(blank=True, help_text='To be decided.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='matches.match'),
        ),
        migrations.AddField(
            model_name='match',
            name='sealed_until',
            field=models.DateTimeField(blank=True, editable=False, help_text='While the kickoff is in doubt: the later of the reported kickoffs.', null=True),
        ),
        migrations.AlterField(
            model_name='feedproblem',
            name='subscription',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='problems', to='matches.feedsubscription'),
        ),
        migrations.AddConstraint(
            model_name='feedproblem',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'response')), fields=('subscription', 'about'), name='problem_once_per_subject'),
        ),
        migrations.AddConstraint(
            model_name='feedproblem',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'kickoff')), fields=('match',), name='problem_once_per_kickoff'),
        ),
        migrations.AddConstraint(
            model_name='feedproblem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'response'), ('subscription__isnull', False)), models.Q(models.Q(('kind', 'response'), _negated=True), ('match__isnull', False)), _connector='OR'), name='problem_has_a_subject'),
        ),
        migrations.AddConstraint(
            model_name='match',
            constraint=models.CheckConstraint(condition=models.Q(('sealed_until__isnull', True), ('sealed_until__gt', models.F('lock_at')), _connector='OR'), name='match_sealed_beyond_lock'),
        ),
        migrations.AddField(
            model_name='match',
            name='reveal_at',
            field=models.GeneratedField(db_persist=True, expression=models.Case(models.When(status__in=('live', 'suspended', 'finished', 'abandoned', 'awarded'), then=models.F('lock_at')), default=django.db.models.functions.comparison.Greatest('lock_at', 'sealed_until')), help_text='Predictions are secret until then: the lock, or later while the kickoff is in doubt.', output_field=models.DateTimeField()),
        ),
    ]
