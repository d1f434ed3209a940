"""Refreshing the tables of open seasons reads their matches, not every match there is."""

from django.db import migrations

from core.db.sql import read

# The columns are the same, so the materialised views that are made of it stay.
BEFORE = read("stats/sql/table_v1.sql").replace("CREATE VIEW", "CREATE OR REPLACE VIEW")


class Migration(migrations.Migration):

    dependencies = [
        ('stats', '0007_room_in_the_pages_of_tallies'),
    ]

    operations = [migrations.RunSQL(sql=read("stats/sql/table_v2.sql"), reverse_sql=BEFORE)]
