"""The text of a digest: sentences with references to its facts, selected by the facts."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from content.digests.fact_schema import SCHEMA
from content.roundups.references import Document, Span, render
from content.roundups.references.documents import Facts
from content.roundups.writers.desk import listing, people, sentences
from content.roundups.writers.phrases import league

LONGEST_TITLE = 200  # Digest.title
HEADLINE = "{round.competition}, {round.label}"
BOARD_HEAD = "| # | Forecaster | Points | Exact | Right | Scores |\n|---:|:---|---:|---:|---:|---:|"
BOARD_CELLS = ("points", "exact", "right", "picks")
CLIMB = 4  # places
WINNERS = 4  # that a headline names


class DigestText(NamedTuple):
    """The text of a digest with the facts inserted, and the spans of title, summary and body."""

    title: str
    summary: str
    body: str
    spans: dict[str, list[Span]]


def write(facts: Facts) -> DigestText:
    """Return the digest of these facts. The same facts give the same text."""
    document = Document(facts, SCHEMA)
    title, in_title = _title(document)
    summary, in_summary = render(sentences(_summary(facts)), document, markdown=False)
    body, in_body = render(_body(facts), document, markdown=True)
    return DigestText(title, summary, body, {"title": in_title, "summary": in_summary, "body": in_body})


def _title(document: Document) -> tuple[str, list[Span]]:
    """Return competition, round and news; without the news, or the competition, if that is too long."""
    news = next(_news(document.facts))
    for text in (f"{HEADLINE}: {news}", f"{{round.label}}: {news}", HEADLINE):
        title = render(text, document, markdown=False)
        if len(title[0]) <= LONGEST_TITLE:
            return title
    return render("{round.label}", document, markdown=False)


def _news(facts: Facts) -> Iterator[str]:
    """Yield what is notable, the most notable first."""
    yield from _through(facts)
    for index, table in enumerate(facts["tables"]):
        if table["new_leader"] and table["leaders"]["count"] == 1:
            is_named = (table["title"] or "") in facts["round"]["label"]
            yield f"{{tables.{index}.leaders.people.0.name}} go top{'' if is_named else _of(table, index)}"
    field, surprise = facts["field"] or {}, facts["surprise"]
    if field.get("picks") and not field["right"]:
        yield "no forecaster had a result right"
    if surprise and not surprise["right"]:
        yield "no one saw {surprise.text} coming"
    if facts["rout"]:
        yield "{rout.text}"
    best = field.get("best")
    if best and best["count"] == 1 and field["scorers"] > 1:
        yield f"{people('field.best', best)} did best with {{field.best.points|counted}}"
    if surprise:
        yield "{surprise.right|words} of {surprise.picks|words} forecasters saw {surprise.text} coming"
    yield from _table_news(facts["tables"])
    if facts["round"]["matches"]:
        yield "{round.matches|counted}, {round.goals|counted}"
    yield "no match was decided by a result"


def _table_news(tables: Sequence[Facts]) -> Iterator[str]:
    """Yield the longest climb in a table, and the lead of its first team."""
    for index, table in enumerate(tables):
        climb, address = table["climbers"], f"tables.{index}.climbers.people.0"
        if climb and climb["count"] == 1 and climb["places"] >= CLIMB:
            joint = "joint " if climb["people"][0]["is_shared"] else ""
            place = f"{joint}{{{address}.position|ordinal}}"
            yield f"{{{address}.name}} climb to {place}{_of(table, index, 'in')}"
    for index, table in enumerate(tables):
        name = f"{{tables.{index}.leaders.people.0.name}}"
        if (table["lead"] or 0) > 0:
            yield f"{name} lead{_of(table, index, 'in')} by {{tables.{index}.lead|counted}}"


def _through(facts: Facts) -> Iterator[str]:
    """Yield the text of the only tie, or the teams that go through, if the winners of all ties are known."""
    ties = facts["ties"]
    if len(ties) == 1 and ties[0]["winner"]:
        yield "{ties.0.text}"
    elif ties and len(ties) <= WINNERS and all(tie["winner"] and not tie["is_final"] for tie in ties):
        yield f"{listing([f'{{ties.{index}.winner}}' for index in range(len(ties))])} go through"


def _of(table: Facts, index: int, word: str = "of") -> str:
    return f" {word} {{tables.{index}.title}}" if table["title"] else ""


def _summary(facts: Facts) -> Iterator[str]:
    yield from _played(facts["round"])
    if len(facts["tables"]) == 1:
        yield _leaders(facts["tables"][0], 0)
    yield from _through(facts)
    yield from _best(facts["field"])


def _body(facts: Facts) -> str:
    results = "\n".join(_result(index, row) for index, row in enumerate(facts["results"]))
    ties = "\n".join(
        f"- {{ties.{index}.first.name}} v {{ties.{index}.second.name}}: {{ties.{index}.text}}"
        for index in range(len(facts["ties"]))
    )
    sections = [
        ("Results", [sentences(_played(facts["round"])), results]),
        ("Who goes through", [ties]),
        *(_table(table, index) for index, table in enumerate(facts["tables"])),
        ("The forecasters", [sentences(_field(facts)), _board(facts["field"])]),
        ("Corrections", [sentences(_corrections(facts["corrections"]))]),
    ]
    written = (_section(heading, [block for block in blocks if block]) for heading, blocks in sections)
    return "\n\n".join(filter(None, written))


def _section(heading: str, blocks: Sequence[str]) -> str:
    return "\n\n".join([f"## {heading}", *blocks]) if blocks else ""


def _played(about: Facts) -> Iterator[str]:
    is_one_day = about["first_on"] == about["last_on"]
    when = "on {round.first_on}" if is_one_day else "from {round.first_on} to {round.last_on}"
    if about["matches"]:
        yield f"{{round.matches|counted}} with {{round.goals|counted}}, {when}"
    if about["void"]:
        verb = "does" if about["void"] == 1 else "do"
        yield f"{{round.void|counted}} {verb} not count for the forecasts"


def _result(index: int, row: Facts) -> str:
    address = f"results.{index}"
    home, away = f"{{{address}.home.name}}", f"{{{address}.away.name}}"
    line = f"- {home} {{{address}.score}} {away}"
    if row["text"]:
        line = f"- {home} - {away}: {{{address}.text}}"
    if row["is_late"]:
        line += f", played later, on {{{address}.played_on}}"
    return line + (f" ({{{address}.right}} of {{{address}.picks}} right)" if (row["picks"] or 0) > 1 else "")


def _table(table: Facts, index: int) -> tuple[str, list[str]]:
    rows = []
    for place in range(len(table["rows"])):
        address = f"tables.{index}.rows.{place}"
        cells = [f"{{{address}.position}}", f"{{{address}.name}}"]
        cells += [f"{{{address}.{cell}}}" for cell in league.CELLS]
        rows.append(f"| {' | '.join(cells)} |")
    texts = [_leaders(table, index), *_moves(table, index)]
    return f"The table{_of(table, index)}", [sentences(texts), "\n".join([league.HEAD, *rows])]


def _leaders(table: Facts, index: int) -> str:
    address, leaders = f"tables.{index}.leaders", table["leaders"]
    points = f"{{{address}.points|counted}}"
    if leaders["count"] > 1:
        return f"{people(address, leaders)} share first place{_of(table, index, 'in')}, with {points} each"
    if table["new_leader"]:
        return f"{people(address, leaders)} go top{_of(table, index)}, with {points}"
    lead = f"lead {{tables.{index}.title}}" if table["title"] else "lead the table"
    return f"{people(address, leaders)} {lead} with {points}"


def _moves(table: Facts, index: int) -> Iterator[str]:
    for name, verb in (("climbers", "climb"), ("fallers", "drop")):
        moves, address = table[name], f"tables.{index}.{name}"
        if moves and moves["count"] == 1:
            joint = "joint " if moves["people"][0]["is_shared"] else ""
            before, now = f"{{{address}.people.0.position_before", f"{{{address}.people.0.position"
            name = f"{{{address}.people.0.name}}"
            yield f"{name} {verb} furthest, from {before}|ordinal}} to {joint}{now}|ordinal}}"
        elif moves:
            yield f"{people(address, moves)} {verb} furthest, by {{{address}.places|counted}} each"


def _field(facts: Facts) -> Iterator[str]:
    field = facts["field"]
    if field is None:
        yield "No one predicted a match of this round before its kickoff"
        return
    if field["scorers"]:
        was = "was" if field["exact"] < 2 else "were"
        yield (
            "{field.scorers|counted} predicted {field.picks|words} scores: {field.right|words} had the right"
            f" result ({{field.right_percent|per_cent}}), and {{field.exact|words}} {was} exact"
        )
    yield from _best(field)
    yield from _others(field)
    if surprise := facts["surprise"]:
        few = "{surprise.right|words}" if surprise["right"] else "none"
        yield f"The least expected result was {{surprise.text}}: {few} of {{surprise.picks|words}} had it"


def _best(field: Facts | None) -> Iterator[str]:
    if field is None or not field["scorers"]:
        return
    best, points = field["best"], "{field.best.points|counted}"
    if best is None:
        yield "No one took a point"
    elif field["scorers"] == 1:
        yield f"{{field.best.people.0.name}}, the only forecaster with scores, took {points}"
    elif best["count"] == field["scorers"]:
        yield f"{{field.best.count|all}} forecasters took {points} each"
    elif best["count"] > 1:
        yield f"{people('field.best', best)} did best, with {points} each"
    else:
        yield f"{people('field.best', best)} did best, with {points}"


def _others(field: Facts) -> Iterator[str]:
    worst, exact, closest = field["worst"], field["most_exact"], field["closest"]
    if worst:
        each = " each" if worst["count"] > 1 else ""
        points = "{field.worst.points|counted} from {field.worst.picks|counted}"
        yield f"{people('field.worst', worst)} had the fewest, {points}{each}"
    if exact:
        each = " each" if exact["count"] > 1 else ""
        yield f"{people('field.most_exact', exact)} had {{field.most_exact.exact|words}} exact scores{each}"
    if closest:
        yield f"{people('field.closest', closest)} gave the best probabilities, by average RPS"


def _board(field: Facts | None) -> str:
    rows = []
    for place in range(len(field["top"]) if field and field["best"] else 0):
        address = f"field.top.{place}"
        cells = [f"{{{address}.rank}}", f"{{{address}.name}}"]
        cells += [f"{{{address}.{cell}}}" for cell in BOARD_CELLS]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join([BOARD_HEAD, *rows]) if len(rows) > 1 else ""


def _corrections(rows: Sequence[Facts]) -> Iterator[str]:
    for index, row in enumerate(rows):
        address = f"corrections.{index}"
        text = (
            f"{{{address}.home.name}} - {{{address}.away.name}} was corrected"
            f" from {{{address}.before}} to {{{address}.after}}"
        )
        yield f"{text} (“{{{address}.reason}}”)" if row["reason"] else text
