"""One index by match instead of two: unique among current predictions, and it finds the superseded ones too."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Case, F, Value, When


class Migration(migrations.Migration):
    dependencies = [("matches", "0007_prediction_references_of_statements")]

    operations = [
        migrations.RemoveConstraint(model_name="prediction", name="prediction_one_current"),
        migrations.AddConstraint(
            model_name="prediction",
            constraint=models.UniqueConstraint(
                F("match"),
                F("forecaster"),
                Case(
                    When(superseded_at__isnull=True, then=Value(0)),
                    default=F("id"),
                    output_field=models.BigIntegerField(),
                ),
                name="prediction_one_current",
            ),
        ),
        migrations.AlterField(
            model_name="prediction",
            name="match",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="predictions",
                to="matches.match",
            ),
        ),
    ]
