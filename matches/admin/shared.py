"""Parts shared by the ModelAdmins: read-only inlines, columns, a filter, and base classes."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from core.admin.actions import ActionsAdmin, PlainForm, PlainInline, ReadOnlyAdmin
from core.slugs import slug_of
from matches.models import Prediction, Team
from matches.result import score_text
from matches.services.teams import described


class ReadOnlyInline(PlainInline):
    """Inline whose rows cannot be added, changed or deleted."""

    extra = 0
    can_delete = False
    classes = ["fw-rows"]

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class TeamChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at runtime
    """Choice of a team, listed with slug, category and country: several teams may have similar names."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Team.objects.all(), **kwargs)

    def label_from_instance(self, team: Model) -> str:
        assert isinstance(team, Team)
        return described(team)


class SlugFromNameForm(PlainForm):
    """Form of a row with a name and a slug. An empty slug is derived from the name."""

    class Media:
        js = ["admin/js/urlify.js", "matches/slug.js"]  # in this order

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = "Empty: derived from the name."

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        name = cleaned.get("name") or self.instance.name
        if "slug" in self.fields and cleaned.get("slug") == "" and name:
            cleaned["slug"] = slug_of(name)
            if not cleaned["slug"]:
                self.add_error("slug", "No slug can be derived from this name; enter one.")
        return cleaned


class EditableAdmin(ActionsAdmin):
    """ModelAdmin of rows that jobs also write.

    `fixed_fields` cannot be edited after the row was created. `columns_of_form` are model columns that the
    form sets although it has no fields with these names.
    """

    fixed_fields: ClassVar[list[str]] = []
    columns_of_form: ClassVar[list[str]] = []

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*self.readonly_fields, *(self.fixed_fields if obj else [])]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj else self.prepopulated_fields

    def save_model(self, request: HttpRequest, obj: Any, form: PlainForm, change: bool) -> None:
        """Save only the edited fields, because a job may have changed other fields in the meantime."""
        columns = {field.name for field in obj._meta.fields} & set(form.changed_data)
        obj.save(update_fields=[*columns, *self.columns_of_form] if change else None)


class LongColumnsAdmin(ReadOnlyAdmin):
    """Read-only ModelAdmin whose list does not read `long_columns` from the database."""

    long_columns: ClassVar[list[str]] = []

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        page = request.resolver_match
        is_list = page is not None and (page.url_name or "").endswith("_changelist")
        return rows.defer(*self.long_columns) if is_list else rows


class OpenFilter(admin.SimpleListFilter):
    """List filter with the choices Open (`open_label`) and All.

    Open, the default, shows the rows selected by `open_rows`.
    """

    title, parameter_name = "state", "state"
    open_rows: ClassVar[Q]
    open_label: ClassVar[str] = "Open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("all", "All")]

    def choices(self, changelist: Any) -> Any:
        for value, label in ((None, self.open_label), ("all", "All")):
            yield {
                "selected": self.value() == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": label,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset if self.value() == "all" else queryset.filter(self.open_rows)


class ScoreColumn:
    """Mixin with the column `score` of a match, a result revision or a feed report."""

    @admin.display(description="score")
    def score(self, row: Any) -> str:
        return score_text(row)


class PredictedScoreColumn:
    """Mixin with the column `predicted_score` of a prediction."""

    @admin.display(description="score")
    def predicted_score(self, row: Prediction) -> str:
        return "-" if row.home_goals is None else f"{row.home_goals}-{row.away_goals}"
