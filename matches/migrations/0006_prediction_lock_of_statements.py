"""The lock of new predictions is checked once for all rows of a statement, and their time is a default."""

from django.db import migrations, models
from django.db.models.functions import Now

from core.db import sql
from core.db.sql import RunSQLFile

DROP_V2 = "DROP FUNCTION matches_guard_prediction() CASCADE; DROP FUNCTION matches_apply_lock() CASCADE"
DROP_V3 = "DROP FUNCTION matches_guard_new_predictions() CASCADE; " + DROP_V2


class Migration(migrations.Migration):
    dependencies = [("matches", "0005_names_have_letters")]

    operations = [
        migrations.AlterField(
            model_name="prediction",
            name="submitted_at",
            field=models.DateTimeField(
                db_default=Now(), help_text="When it was received here, by the database's clock."
            ),
        ),
        migrations.RunSQL(sql=DROP_V2, reverse_sql=sql.read("matches/sql/prediction_lock_v2.sql")),
        RunSQLFile("matches/sql/prediction_lock_v3.sql", reverse=DROP_V3),
    ]
