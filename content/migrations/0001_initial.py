"""Roundups."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('matches', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Roundup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('result_version', models.PositiveIntegerField()),
                ('settlement_id', models.BigIntegerField(help_text='Id of the settlement that it describes.')),
                ('status', models.CharField(choices=[('published', 'Published'), ('superseded', 'Superseded')], default='published', max_length=10)),
                ('title', models.CharField(max_length=200)),
                ('summary', models.TextField()),
                ('body', models.TextField(help_text='Markdown.')),
                ('body_html', models.TextField(help_text='Body rendered to sanitised HTML.')),
                ('facts', models.JSONField(help_text='All numbers and names that the text may contain.')),
                ('writer', models.CharField(max_length=40)),
                ('model', models.CharField(blank=True, max_length=80)),
                ('tokens', models.PositiveIntegerField(default=0)),
                ('checks', models.JSONField(default=dict, help_text='Result of the fact check.')),
                ('supersede_reason', models.CharField(blank=True, max_length=200)),
                ('written_at', models.DateTimeField()),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('match', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='roundups', to='matches.match')),
            ],
            options={
                'ordering': ['-published_at', '-id'],
                'indexes': [models.Index(fields=['-published_at', '-id'], name='roundup_newest')],
                'constraints': [models.UniqueConstraint(fields=('match', 'version'), name='roundup_version_once'), models.UniqueConstraint(condition=models.Q(('status', 'published')), fields=('match',), name='roundup_one_current'), models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', False), ('status', 'published')), models.Q(('status', 'superseded'), models.Q(('supersede_reason', ''), _negated=True)), _connector='OR'), name='roundup_superseded_says_why')],
            },
        ),
    ]
