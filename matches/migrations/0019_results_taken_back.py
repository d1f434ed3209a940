"""A feed that takes back its result is a problem that an operator decides, one per match."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matches', '0018_kickoffs_in_doubt'),
    ]

    operations = [
        migrations.AlterField(
            model_name='feedproblem',
            name='kind',
            field=models.CharField(choices=[('response', 'part of a response that was not taken'), ('kickoff', 'kickoff in doubt'), ('result', 'result taken back')], db_default='response', default='response', max_length=8),
        ),
        migrations.AddConstraint(
            model_name='feedproblem',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'result')), fields=('match',), name='problem_once_per_result'),
        ),
    ]
