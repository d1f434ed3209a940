"""Bind each key that was entered to the scheme, host and port that its endpoint has now."""

import base64

from django.conf import settings
from django.db import migrations
from django.utils.crypto import salted_hmac

from core.http.outbound_urls import origin_of


def bind(apps, schema_editor):
    """Seal each key again with its origin.

    One that this SECRET_KEY does not open stays as it is: it cannot be used, and says so.
    """
    endpoints = apps.get_model("matches", "Endpoint").objects.exclude(sealed_key="")
    if not endpoints.exists():
        return
    from cryptography.fernet import Fernet, InvalidToken

    digest = salted_hmac("matches.llm.secrets", "endpoint", algorithm="sha256").digest()
    cipher = Fernet(base64.urlsafe_b64encode(digest))
    for endpoint in endpoints:
        origin = origin_of(endpoint.base_url or settings.LLM_BASE_URL)
        try:
            key = cipher.decrypt(endpoint.sealed_key.encode()).decode()
        except InvalidToken:
            continue
        endpoint.sealed_key = cipher.encrypt(f"{origin}\n{key}".encode()).decode()
        endpoint.save(update_fields=["sealed_key"])


class Migration(migrations.Migration):
    dependencies = [("matches", "0015_timestamps")]

    operations = [migrations.RunPython(bind, migrations.RunPython.noop)]
