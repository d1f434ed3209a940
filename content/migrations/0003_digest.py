"""Add digests of rounds."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('content', '0002_spans'),
        ('matches', '0011_time_zones'),
    ]

    operations = [
        migrations.CreateModel(
            name='Digest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round_label', models.CharField(max_length=100)),
                ('version', models.PositiveIntegerField()),
                ('status', models.CharField(choices=[('published', 'Published'), ('superseded', 'Superseded')], default='published', max_length=10)),
                ('title', models.CharField(max_length=200)),
                ('summary', models.TextField()),
                ('body', models.TextField(help_text='Markdown.')),
                ('body_html', models.TextField(help_text='Body rendered to sanitised HTML.')),
                ('facts', models.JSONField(help_text='All numbers and names that the text may contain.')),
                ('spans', models.JSONField(help_text='Facts in title, summary and body: start, end, address and value of each.')),
                ('match_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), help_text='Ids of the matches that it includes.', size=None)),
                ('settlement_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), help_text='Ids of their settlements.', size=None)),
                ('as_of', models.DateTimeField(help_text='Last kickoff of the round, without matches that were moved to a later day.')),
                ('supersede_reason', models.CharField(blank=True, max_length=200)),
                ('published_at', models.DateTimeField()),
                ('stage', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='digests', to='matches.stage')),
            ],
            options={
                'ordering': ['-published_at', '-id'],
                'indexes': [models.Index(fields=['-published_at', '-id'], name='digest_newest')],
                'constraints': [models.UniqueConstraint(fields=('stage', 'round_label', 'version'), name='digest_version_once'), models.UniqueConstraint(condition=models.Q(('status', 'published')), fields=('stage', 'round_label'), name='digest_one_current'), models.CheckConstraint(condition=models.Q(('status', 'published'), models.Q(('status', 'superseded'), models.Q(('supersede_reason', ''), _negated=True)), _connector='OR'), name='digest_superseded_says_why')],
            },
        ),
    ]
