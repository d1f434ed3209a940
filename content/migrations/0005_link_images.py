"""Add images of links."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('content', '0004_search'),
    ]

    operations = [
        migrations.CreateModel(
            name='LinkImage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(help_text='E.g. season, match or roundup.', max_length=11)),
                ('object_id', models.BigIntegerField(help_text='Id of the season, match or roundup; 0: overall.')),
                ('digest', models.CharField(help_text='Version of the data that it shows.', max_length=64, unique=True)),
                ('png', models.BinaryField()),
                ('drawn_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'object_id'), name='link_image_one_per_page')],
            },
        ),
    ]
