"""`manage.py rqworker`: django-rq's command without Django's system checks.

The checks import every URL, view and serializer: half a second and 14 MB that most workers never use. The web
server and `manage.py check` cover them.
"""

from django_rq.management.commands.rqworker import Command as DjangoRQCommand


class Command(DjangoRQCommand):
    requires_system_checks: list[str] = []
