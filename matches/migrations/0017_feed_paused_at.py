"""When a feed's pause began, so that one which a fast clock wrote can be shortened."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matches", "0016_keys_belong_to_an_origin")]

    operations = [
        migrations.AddField(
            model_name="feed",
            name="paused_at",
            field=models.DateTimeField(blank=True, help_text="When it told us to wait.", null=True),
        ),
    ]
