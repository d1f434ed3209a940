"""Query parameters of the API and the pages as serializers: validated, and shown in the OpenAPI schema."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time
from functools import cache
from typing import Any, ClassVar, NoReturn

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.dateparse import parse_date
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.exceptions import BadParameters
from core.api.renderers import FORMAT

MAX_LISTED = 100  # an error lists the allowed values if there are at most this many
MAX_ID = 10**18 - 1


class QueryParameters(serializers.Serializer[Any]):
    """The query parameters of an operation. Subclasses declare them as serializer fields.

    A parameter whose name is a Python keyword is declared with a trailing underscore. An empty value
    (`?kind=`) counts as absent. Unknown and repeated parameters are rejected, so that a misspelt filter does
    not silently return something else.

    `conditions` contains a function for each parameter that filters rows, by the parameter's name. The
    function takes the parameter's value and returns a Q.
    """

    conditions: ClassVar[dict[str, Callable[[Any], Q]]] = {}

    def get_fields(self) -> dict[str, Any]:
        return {name.rstrip("_"): field for name, field in super().get_fields().items()}

    @classmethod
    def read(cls, query: QueryDict, *, other_names: tuple[str, ...] = (FORMAT,)) -> dict[str, Any]:
        """Return the values of all parameters by name.

        The value of an absent parameter is its default, or None. `other_names` are allowed but not returned.
        Raises BadParameters, with all errors, if the query is invalid.
        """
        return cls._read(query, other_names) if query else dict(cls._defaults())

    @classmethod
    def apply(cls, rows: QuerySet[Any], values: Mapping[str, Any]) -> QuerySet[Any]:
        """Filter rows by each parameter that is in `conditions` and has a value other than None."""
        given = {name: values[name] for name in cls.conditions if values.get(name) is not None}
        return rows.filter(*(cls.conditions[name](value) for name, value in given.items()))

    @classmethod
    @cache
    def declared(cls) -> dict[str, Any]:
        """Return the fields of all parameters by name. Do not modify them: all callers share them."""
        return dict(cls().fields)

    @classmethod
    @cache
    def _defaults(cls) -> dict[str, Any]:
        """Return the values of the parameters for an empty query. They are computed once."""
        return cls._read(QueryDict(), ())

    @classmethod
    def _read(cls, query: QueryDict, other_names: tuple[str, ...]) -> dict[str, Any]:
        parameters = cls(data=query)
        errors = [*parameters._name_errors(query, other_names), *parameters._value_errors()]
        if errors:
            raise BadParameters(errors)
        values: dict[str, Any] = parameters.validated_data
        return {**dict.fromkeys(parameters.fields), **values}

    def _name_errors(self, query: QueryDict, other_names: tuple[str, ...]) -> list[dict[str, Any]]:
        errors = []
        allowed = sorted([*self.fields, *other_names])
        for name, values in query.lists():
            if name not in allowed:
                detail = f"Unknown parameter. Allowed: {', '.join(allowed) or 'none'}."
                errors.append({"parameter": name, "code": "unknown", "detail": detail, "allowed": allowed})
            elif len(values) > 1 and not isinstance(self.fields.get(name), CommaSeparated):
                errors.append(
                    {"parameter": name, "code": "repeated", "detail": "It is given more than once."}
                )
        return errors

    def _value_errors(self) -> list[dict[str, Any]]:
        if self.is_valid():
            return []
        return [
            {"parameter": name, "code": each.code, "detail": str(each), **_allowed(self.fields[name])}
            for name, problems in self.errors.items()
            for each in problems[:1]
        ]


def _allowed(field: Any) -> dict[str, list[str]]:
    """Return {"allowed": values} for an error, or {} if the values cannot be listed or are too many."""
    if isinstance(field, RowParameter):
        values = list(
            field.queryset.order_by(field.lookup).values_list(field.lookup, flat=True)[: MAX_LISTED + 1]
        )
        return {"allowed": [str(value) for value in values]} if len(values) <= MAX_LISTED else {}
    choices = getattr(field, "choices", None)
    return {"allowed": [str(choice) for choice in choices]} if choices else {}


class Whole(serializers.IntegerField):
    """Integer within a range."""

    def __init__(self, *, min_value: int, max_value: int, **kwargs: Any) -> None:
        message = f"It must be a whole number from {min_value} to {max_value}."
        messages: Any = dict.fromkeys(("invalid", "min_value", "max_value", "max_string_length"), message)
        super().__init__(min_value=min_value, max_value=max_value, error_messages=messages, **kwargs)

    def to_internal_value(self, data: Any) -> int:
        """Accept plain digits only: neither 1.0 nor +1."""
        if isinstance(data, str) and not (data.isascii() and data.isdigit()):
            self.fail("invalid")
        return int(super().to_internal_value(data))


class ListParameters(QueryParameters):
    """Parameters of every list, including those of its CSV version."""

    bom = serializers.BooleanField(
        required=False,
        help_text="CSV only: begin with a byte order mark (`bom=1`), so that Excel reads UTF-8.",
    )


class PageNumber(QueryParameters):
    """The parameter `page`.

    Filters that an API list and an HTML page have in common are declared in subclasses of this class.
    """

    page = Whole(min_value=1, max_value=1_000_000, default=1, help_text="Page number, starting at 1.")


class PageParameters(PageNumber, ListParameters):
    """Parameters of every list with page numbers."""

    page_size = Whole(min_value=1, max_value=200, default=50, help_text="Rows per page.")


class Choice(serializers.ChoiceField):
    """Parameter that allows only certain values. Its error message lists the allowed values."""

    default_error_messages = {"invalid_choice": "'{input}' is not allowed; choose one of: {allowed}."}

    def fail(self, key: str, **kwargs: Any) -> NoReturn:
        super().fail(key, allowed=", ".join(map(str, self.choices)), **kwargs)


class CommaSeparated(Choice):
    """Parameter that contains one or more of the allowed values, separated by commas."""

    def get_value(self, dictionary: Any) -> Any:
        return ",".join(dictionary.getlist(self.field_name)) or serializers.empty

    def to_internal_value(self, data: Any) -> Any:
        return [super(CommaSeparated, self).to_internal_value(word.strip()) for word in str(data).split(",")]


class RowParameter(serializers.Field[Any, Any, Any, Any]):
    """Parameter that identifies a row; its value is that row."""

    lookup: str
    noun: str
    pattern: re.Pattern[str]
    default_error_messages = {
        "invalid": "{value} is not a valid {noun}.",
        "unknown": "No {model} with {noun} '{value}'; see {where}.",
    }

    def __init__(self, queryset: QuerySet[Any], *, where: str, **kwargs: Any) -> None:
        self.queryset, self.where = queryset, where
        super().__init__(required=kwargs.pop("required", False), **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if not self.pattern.fullmatch(str(data)):
            self.fail("invalid", value=repr(str(data)[:60]), noun=self.noun)
        row = self.queryset.filter(**{self.lookup: data}).first()
        if row is None:
            model = self.queryset.model._meta.verbose_name
            self.fail("unknown", model=model, noun=self.noun, value=data, where=self.where)
        return row


@extend_schema_field({"type": "string", "pattern": "^[-a-zA-Z0-9_]{1,50}$"})
class SlugOf(RowParameter):
    """The slug of a row."""

    lookup = noun = "slug"
    pattern = re.compile(r"[-a-zA-Z0-9_]{1,50}")


@extend_schema_field({"type": "integer", "minimum": 1, "maximum": MAX_ID})
class IdOf(RowParameter):
    """The id of a row."""

    lookup, noun = "pk", "id"
    pattern = re.compile(r"[1-9][0-9]{0,17}")


@extend_schema_field({"anyOf": [{"type": "string", "format": form} for form in ("date", "date-time")]})
class Moment(serializers.DateTimeField):
    """A date or datetime, UTC unless it has an offset.

    A date is converted to its first moment, or to its last moment if `last` is set.
    """

    default_error_messages = {
        "invalid": "It must be a date (2016-05-15) or a datetime (2016-05-15T14:00:00Z)."
    }

    def __init__(self, *, last: bool = False, **kwargs: Any) -> None:
        self.last = last
        super().__init__(required=False, **kwargs)

    def to_internal_value(self, value: Any) -> datetime:
        day = self._day(str(value))
        if day is not None:
            return datetime.combine(day, time.max if self.last else time.min, tzinfo=UTC)
        return super().to_internal_value(value)

    def _day(self, value: str) -> Any:
        try:
            return parse_date(value)
        except ValueError:  # looks like a date but is not valid, e.g. 2016-02-30
            self.fail("invalid", format="")
