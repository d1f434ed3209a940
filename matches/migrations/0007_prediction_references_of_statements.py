"""What predictions refer to is checked once for all rows of a statement, as a foreign key cannot."""

import django.db.models.deletion
from django.db import migrations, models

from core.db.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [("matches", "0006_prediction_lock_of_statements")]

    operations = [
        # First the guards, then the foreign keys go; back again, the foreign keys come first.
        RunSQLFile(
            "matches/sql/prediction_references_v1.sql",
            reverse="DROP FUNCTION matches_require_references() CASCADE;"
            " DROP FUNCTION matches_refuse_orphans() CASCADE; DROP FUNCTION matches_refuse_new_id() CASCADE",
        ),
        migrations.AlterField(
            model_name="prediction",
            name="match",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="predictions",
                to="matches.match",
            ),
        ),
        migrations.AlterField(
            model_name="prediction",
            name="forecaster",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="predictions",
                to="matches.forecaster",
            ),
        ),
    ]
