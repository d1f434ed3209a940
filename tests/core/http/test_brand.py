"""Login, admin and error pages wear the colours of the site, in both themes."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import Client


def stylesheet(name: str) -> str:
    with open(finders.find(name)) as file:
        return file.read()


def of_site(name: str) -> list[str]:
    """Return the values of a variable of the public stylesheet: light, then dark."""
    return re.findall(rf"--{name}: (#\w{{6}})", stylesheet("content/site.css"))


def of_admin(name: str) -> list[str]:
    """Return the values of a variable of the admin's stylesheet: light, then dark."""
    (pair,) = re.findall(rf"--{name}: light-dark\((#\w{{6}}), (#\w{{6}})\)", stylesheet("pipeline/admin.css"))
    return list(pair)


@pytest.mark.parametrize(
    ("admin", "site"),
    [
        ("body-bg", "paper"),
        ("body-fg", "ink"),
        ("body-quiet-color", "quiet"),
        ("link-fg", "accent"),
        ("hairline-color", "line"),
        ("error-fg", "red"),
        ("message-warning-bg", "amber-soft"),
    ],
)
def test_the_admin_has_the_colours_of_the_site(admin, site):
    assert of_admin(admin) == of_site(site)


def test_the_login_page_has_the_style_and_a_heading(client, db):
    page = client.get("/admin/login/").content.decode()

    assert "/static/pipeline/admin." in page
    assert "<h1>Log in</h1>" in page


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "500", "503"])
def test_error_pages_have_the_style_and_the_logo(name):
    page = render_to_string(f"{name}.html", {"seconds": 5})

    assert "/static/content/site." in page
    assert '<a class="brand" href="/"><svg' in page
    assert page.count("<h1>") == 1


def test_a_form_without_csrf_token_is_refused_with_a_page_of_the_site(db):
    response = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "ada"})

    assert response.status_code == 403
    assert "The form has expired" in response.content.decode()


def test_a_page_without_permission_is_refused_with_a_page_of_the_site(client, django_user_model, db):
    user = django_user_model.objects.create_user("bob", password="a-long-password", is_staff=True)
    client.force_login(user)
    response = client.get("/admin/auth/user/")

    assert response.status_code == 403
    assert "Your account has no permission for this page" in response.content.decode()
