"""Remove the views of the league tables, which earlier versions created; migration 0003 replaces them."""

from django.db import migrations

DROP_VIEWS = """
DROP VIEW IF EXISTS stats_standings;
DROP MATERIALIZED VIEW IF EXISTS stats_standings_live, stats_standings_closed;
DROP VIEW IF EXISTS stats_table;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('stats', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL(sql=DROP_VIEWS, reverse_sql=migrations.RunSQL.noop),
    ]
