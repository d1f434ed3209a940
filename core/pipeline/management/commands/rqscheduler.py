"""`manage.py rqscheduler`: django-rq's command without Django's system checks (see rqworker.py)."""

from django_rq.management.commands.rqscheduler import Command as DjangoRQCommand


class Command(DjangoRQCommand):
    requires_system_checks: list[str] = []
