"""Questions that an import leaves open, each with the option that answers it."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from matches.feeds.sync.creators import NameNearlyKnown
from matches.imports.match_files.run import MatchImport
from matches.imports.prediction_files.run import PredictionImport
from matches.models import Forecaster, Stage
from matches.tables.presets import PRESETS

NAMED = 10  # names in one question; the lists of the report have all
_CARRYING = ", ".join(preset.slug for preset in PRESETS if preset.carries != Stage.Carries.NOTHING)
KINDS = "league (one table), groups (a table per group), knockout or friendly (no table)"


def questions(job: MatchImport, matches: dict[str, Any], forecasts: PredictionImport | None) -> Iterator[str]:
    """Yield the open questions, in the order in which to answer them.

    `matches` is the report of the import `job`.
    """
    yield from _about_seasons(job)
    yield from _about_teams(job, matches["unknown_teams"])
    yield from _about_stages(matches["stages"])
    if forecasts is not None:
        yield from _about_forecasters(forecasts)
        yield from _about_ids(forecasts)


def _about_seasons(job: MatchImport) -> Iterator[str]:
    yield from sorted(job.unknown_seasons)
    if job.unknown_seasons:
        yield (
            "The teams of these matches were not looked up yet. --create-teams creates those that do not"
            " exist."
        )


def _about_teams(job: MatchImport, unknown: Collection[str]) -> Iterator[str]:
    near = [each for each in job.near_misses() if each.name in unknown]
    for each in near:
        yield str(NameNearlyKnown(each))
    if others := sorted({*unknown} - {each.name for each in near}):
        create = "Create them with --create-teams, or map"
        if job.new_rows.create_teams:
            create = "The refused rows show why they were not created. Map"
        yield f'Unknown teams: {_named(others)}. {create} each to an existing team: --map-team "NAME=SLUG".'


def _about_stages(stages: Sequence[dict[str, Any]]) -> Iterator[str]:
    times = Counter(stage["stage"] for stage in stages)
    for stage in stages:
        shared = times[stage["stage"]] > 1
        name = f"{stage['season']}, {stage['stage']}" if shared else stage["stage"]
        if stage["kind"] == Stage.Kind.UNKNOWN:
            yield f'What kind of stage is {name!r}? Add --stage-kind "{name}=KIND"; KIND is {KINDS}.'
        if stage["waits_for_carries"]:
            yield (
                f"{name!r} continues an earlier stage: which points do its teams take along? Add"
                f' --table-rules "{name}=RULES" with the rules of such a league ({_CARRYING}), or'
                f' --carries "{name}=POINTS"; POINTS is {", ".join(Stage.Carries.values)}.'
            )
        without = sum(table["matches"] for table in stage["tables"] if not table["group"])
        if stage["kind"] == Stage.Kind.GROUPS and without:
            yield (
                f"{without} of the {stage['matches']} matches of {name!r} have no group, so they share a"
                " table of their own. Write their groups in the file (column group), or move them to another"
                " stage in the admin."
            )


def _about_forecasters(forecasts: PredictionImport) -> Iterator[str]:
    missing, faults = forecasts.forecasters.missing, forecasts.forecasters.faults
    if missing:
        yield (
            f"Unknown forecasters: {_named(missing)}. Create them with --create-forecasters KIND; KIND is"
            f" {', '.join(Forecaster.Kind.values)}. Or map each to an existing one with --map-forecaster"
            ' "NAME=SLUG".'
        )
    for name in sorted(faults.keys() - set(missing)):
        yield f"{faults[name][0].upper()}{faults[name][1:]}."


def _about_ids(forecasts: PredictionImport) -> Iterator[str]:
    if ids := forecasts.unknown_ids:
        yield (
            f"Match ids in the forecasts without a match of the source {forecasts.source}: {_named(ids)}. Add"
            " these matches to the file of matches, or correct their refused rows there."
        )


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
