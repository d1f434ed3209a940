"""The newest corrections are found without reading every result that was ever recorded."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matches", "0008_one_index_by_match")]

    operations = [
        migrations.AddIndex(
            model_name="resultrevision",
            index=models.Index(
                condition=models.Q(("version__gt", 1)),
                fields=["-recorded_at", "-id"],
                name="revision_corrections",
            ),
        ),
    ]
