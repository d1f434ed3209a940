"""Store the facts in the texts of roundups with their positions."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('content', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='roundup',
            name='spans',
            field=models.JSONField(db_default={}, default=dict, help_text='Facts in title, summary and body: start, end, address and value of each. Empty in versions that were written before there were references.'),
        ),
        migrations.AlterField(
            model_name='roundup',
            name='checks',
            field=models.JSONField(default=dict, help_text='Numbers of inserted facts, and texts of a language model that were refused.'),
        ),
    ]
