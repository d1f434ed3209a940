"""`manage.py create_api_key`: create a key with which an external program can submit predictions."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import UTC, datetime, time
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date

from core.management.base import Command as BaseCommand
from matches.models import ApiKey, Forecaster
from matches.services import api_keys


def day(text: str) -> datetime:
    """Argument type: a date, converted to the end of that day in UTC."""
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None:
        raise ArgumentTypeError(f"{text!r} is not a date like 2027-05-31")
    return datetime.combine(found, time.max, tzinfo=UTC)


class Command(BaseCommand):
    """Create an API key. It is printed once, on stdout; only its hash is stored."""

    help = "Create an API key, e.g. `create_api_key 'nightly bot' --maker Ann --forecaster elo`."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="purpose of the key")
        parser.add_argument("--maker", required=True, help="owner of the key")
        parser.add_argument(
            "--forecaster",
            action="append",
            required=True,
            metavar="SLUG",
            help="forecaster slug; repeat for more than one",
        )
        parser.add_argument(
            "--scope",
            action="append",
            choices=ApiKey.Scope.values,
            help="permission of the key; repeat for more than one (default: all)",
        )
        parser.add_argument(
            "--expires", type=day, metavar="DATE", help="last day on which it is valid (default: no limit)"
        )

    def handle(self, *, name: str, maker: str, forecaster: list[str], **options: Any) -> None:
        try:
            key, text = api_keys.create(
                name=name,
                maker=maker,
                forecasters=_find_forecasters(forecaster),
                scopes=options["scope"] or ApiKey.Scope.values,
                expires_at=options["expires"],
                now=timezone.now(),
            )
        except api_keys.InvalidKey as invalid:
            raise CommandError(f"{invalid.field}: {invalid}") from invalid
        report = {"key": text, "prefix": key.prefix, "scopes": key.scopes, "expires_at": key.expires_at}
        self.stderr.write(
            f"{key} is valid for {', '.join(sorted(forecaster))}. Store the key: it is not shown again."
        )
        self.answer(report, text)


def _find_forecasters(slugs: list[str]) -> list[Forecaster]:
    found = {each.slug: each for each in Forecaster.objects.filter(slug__in=slugs)}
    if missing := sorted(set(slugs) - set(found)):
        raise CommandError(f"No forecaster {', '.join(missing)}; add forecasters in the admin.")
    return list(found.values())
