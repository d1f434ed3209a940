"""Keys of model makers, and the answers that must not be given twice."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("matches", "0011_commitments"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(help_text="What it is for, like: nightly bot.", max_length=80)),
                ("maker", models.CharField(help_text="Whose it is.", max_length=80)),
                (
                    "prefix",
                    models.CharField(editable=False, help_text="Tells keys apart.", max_length=12, unique=True),
                ),
                ("digest", models.CharField(editable=False, max_length=64)),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("read", "read its forecasters' picks before the lock"),
                                ("predict", "submit predictions"),
                            ],
                            max_length=8,
                        ),
                        help_text="What it may do.",
                        size=None,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(blank=True, help_text="Empty: never.", null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("last_used_at", models.DateTimeField(blank=True, help_text="To the minute.", null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "forecasters",
                    models.ManyToManyField(
                        help_text="For whom it may act.", related_name="keys", to="matches.forecaster"
                    ),
                ),
            ],
            options={
                "verbose_name": "API key",
                "ordering": ["maker", "name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")), name="api_key_is_hashed"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("scopes__contained_by", ["read", "predict"]), ("scopes__len__gt", 0)
                        ),
                        name="api_key_scopes_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GivenAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(help_text="The Idempotency-Key.", max_length=100)),
                ("request", models.CharField(help_text="SHA-256 of method, address and body.", max_length=64)),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("body", models.JSONField(null=True)),
                ("given_at", models.DateTimeField(db_index=True)),
                (
                    "key",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="matches.apikey",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("key", "name"), name="given_answer_once")
                ],
            },
        ),
    ]
