"""The groups viewer, operator and admin. What they may do is handed out after the migrations (receivers.py)."""

from django.db import migrations

NAMES = ("viewer", "operator", "admin")


def make_groups(apps, schema_editor):
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    for name in NAMES:
        groups.get_or_create(name=name)


class Migration(migrations.Migration):
    dependencies = [("auth", "0012_alter_user_first_name_max_length")]

    # The way back keeps the groups: their members would be lost for good.
    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
