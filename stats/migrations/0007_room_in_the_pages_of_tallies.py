"""Half of each page of tallies is left free, so that counting a match changes no index; see docs/performance.md.

Pages that are there fill up as before: `VACUUM FULL stats_tally` at a quiet moment rewrites them.
"""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('stats', '0006_a_beat_of_its_own'),
    ]

    operations = [
        migrations.RunSQL(
            sql="ALTER TABLE stats_tally SET (fillfactor = 50)",
            reverse_sql="ALTER TABLE stats_tally RESET (fillfactor)",
        ),
    ]
