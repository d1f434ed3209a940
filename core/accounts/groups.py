"""Who may do what in the admin. This file is the truth; docs/security.md shows it as a table.

Every migrate makes the three groups exactly what stands here. To deviate, make a group of your own.
"""

from collections.abc import Iterable

VIEWER, OPERATOR, ADMIN = "viewer", "operator", "admin"
GROUPS = (VIEWER, OPERATOR, ADMIN)  # each may do all that those before it may

# Viewers may look at every model of these apps, at later ones, too.
OURS = ("pipeline", "matches", "scoring", "stats", "content")

FACTS = (
    "matches.competition",
    "matches.season",
    "matches.team",
    "matches.teamalias",
    "matches.match",
    "matches.matchsource",
    "matches.forecaster",
)

# Beyond looking. An operation (rescore, void, retry, ...) needs `change` on the model that it is done to.
BEYOND: dict[str, dict[str, tuple[str, ...]]] = {
    VIEWER: {},
    OPERATOR: {
        **dict.fromkeys(FACTS, ("add", "change")),
        "matches.pointsadjustment": ("add",),  # never changed: an appeal is another row
        "matches.feed": ("change",),
        "matches.feedsubscription": ("add", "change"),
        "matches.feedproblem": ("change",),
        "matches.unknownteam": ("change",),
        "pipeline.jobrun": ("change",),
        "stats.viewrefresh": ("change",),
    },
    ADMIN: {
        **dict.fromkeys((*FACTS, "matches.feedsubscription"), ("delete",)),
        # Whoever may say where an endpoint is can have its key sent there, and spends money.
        "matches.endpoint": ("add", "change", "delete"),
        "matches.apikey": ("add", "change"),  # whoever makes a key can predict in a forecaster's name
        "auth.user": ("view", "add", "change", "delete"),
        "auth.group": ("view", "add", "change", "delete"),
        "admin.logentry": ("view",),
        "axes.accessattempt": ("view", "delete"),
        "axes.accesslog": ("view",),
    },
}


def permissions_of(group: str, existing: Iterable[str]) -> set[str]:
    """Which of the existing permissions, like `matches.view_match`, the group has."""
    named = set().union(*(_named(each) for each in GROUPS[: GROUPS.index(group) + 1]))
    return {each for each in existing if each in named or _is_a_look_at_ours(each)}


def _named(group: str) -> set[str]:
    """What stands in BEYOND for this group alone."""
    pairs = ((model.split("."), actions) for model, actions in BEYOND[group].items())
    return {f"{app}.{action}_{model}" for (app, model), actions in pairs for action in actions}


def _is_a_look_at_ours(permission: str) -> bool:
    app, _, codename = permission.partition(".")
    return app in OURS and codename.startswith("view_")
