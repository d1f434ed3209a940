"""Every sentence of the template: it renders, and all its numbers and names are facts."""

import json
import re

from hypothesis import given
from hypothesis import strategies as st

from content.roundups import generate
from content.roundups.facts import SCHEMA, Document, Facts
from content.roundups.facts.schema import FactSchema
from content.roundups.references import FactKind
from tests.content.roundups import invented
from tests.content.roundups.outside import assert_only_facts_have_numbers_and_names, texts_of
from tests.example_counts import examples

ODD = re.compile(r"\b(None|null|nan)\b(?! of)|  | [.,;]|\.\.|,,|,;|\b([a-z]+) \2\b|\(\)|“”|[{}]")


@examples(400)
@given(facts=invented.facts(), number=st.integers(1, 30))
def test_every_article_of_the_template_has_its_numbers_and_names_from_the_facts(facts: Facts, number: int):
    facts["match"]["id"] = number  # the id selects the wording
    article = generate.article_of(facts, writer="template")

    assert_only_facts_have_numbers_and_names(article, Document(facts, SCHEMA))
    for text in texts_of(article).values():
        assert not ODD.search(text), text
    assert json.loads(json.dumps(article.spans)) == {
        name: [list(span) for span in spans] for name, spans in article.spans.items()
    }


@examples(100)
@given(facts=invented.facts())
def test_every_fact_is_declared_in_the_schema(facts: Facts):
    def undeclared(shape, value, address=""):
        if isinstance(value, dict):
            for name, below in value.items():
                if isinstance(shape, FactKind) or name not in shape:
                    yield f"{address}.{name}"
                else:
                    yield from undeclared(shape[name], below, f"{address}.{name}")
        elif isinstance(value, list):
            for item in value:
                yield from undeclared(shape[0], item, f"{address}.*")

    assert not set(undeclared(SCHEMA.shape, facts))
    assert isinstance(SCHEMA, FactSchema)


@examples(60)
@given(facts=invented.facts())
def test_every_number_in_an_article_has_a_source(facts: Facts):
    document = Document(facts, SCHEMA)
    article = generate.article_of(facts, writer="template")
    for spans in article.spans.values():
        for span in spans:
            assert document.sources(span.address), span.address
