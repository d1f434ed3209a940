"""Guessing passwords: five wrong ones from an address, and it waits a quarter of an hour."""

from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt, AccessLog
from django.contrib.admin.models import LogEntry
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from tests.fixtures.accounts import PASSWORD

pytestmark = pytest.mark.django_db

LOGIN = "/admin/login/"
WRONG = "Please enter the correct username and password"


@pytest.fixture(autouse=True)
def ada(superuser):
    return superuser


def log_in(username: str = "ada", password: str = PASSWORD, *, at: str = "192.0.2.1", **headers: str):
    """One try, from a new browser at this address."""
    data = {"username": username, "password": password, "next": "/admin/"}
    return Client(REMOTE_ADDR=at).post(LOGIN, data, headers=headers)


def fail(times: int, username: str = "ada", *, at: str = "192.0.2.1", **headers: str) -> list[int]:
    return [log_in(username, "wrong", at=at, **headers).status_code for _ in range(times)]


def test_the_right_password_opens_the_admin():
    assert log_in().status_code == 302
    assert AccessLog.objects.get().ip_address == "192.0.2.1"


def test_the_fifth_failure_locks_even_the_right_password_out():
    assert fail(5) == [200, 200, 200, 200, 429]
    assert log_in().status_code == 429


def test_the_answer_says_what_to_do_and_when():
    fail(5)
    answer = log_in()
    assert 14 * 60 < int(answer["Retry-After"]) <= 15 * 60
    assert "Wait 15 minutes" in answer.content.decode()
    assert "192.0.2.1" in answer.content.decode()


def test_after_a_quarter_of_an_hour_the_password_works_again():
    fail(5)
    with time_machine.travel(timezone.now() + timedelta(minutes=14)):
        assert log_in().status_code == 429
    with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=1)):
        assert log_in().status_code == 302


def test_trying_on_while_locked_out_does_not_prolong_it():
    fail(5)
    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        fail(20)
        assert int(log_in()["Retry-After"]) <= 5 * 60
    with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=1)):
        assert log_in().status_code == 302


def test_others_can_still_get_in_from_elsewhere():
    fail(10)
    assert log_in(at="192.0.2.2").status_code == 302


def test_another_name_or_another_browser_does_not_help():
    assert fail(2) + fail(2, "bea") + fail(1, "eve", **{"User-Agent": "another"}) == [200] * 4 + [429]


def test_a_login_of_ones_own_between_the_guesses_does_not_help(member):
    own = member("viewer")
    assert fail(4) == [200] * 4
    assert log_in(own.username).status_code == 302
    assert fail(1) == [429]


def test_names_that_exist_and_names_that_do_not_look_alike():
    known, unknown = log_in("ada", "wrong"), log_in("zoe", "wrong", at="192.0.2.9")
    assert WRONG in known.content.decode()
    assert (known.status_code, known.context["form"].errors) == (
        unknown.status_code,
        unknown.context["form"].errors,
    )
    fail(5, "zoe", at="192.0.2.9")
    fail(5, "ada")
    bodies = [log_in(*who).content.decode().replace("192.0.2.9", "192.0.2.1") for who in (("ada",), ("zoe",))]
    assert bodies[0] == bodies[1]


def test_it_works_while_redis_is_down(settings):
    nowhere = "redis://127.0.0.1:1/0?socket_connect_timeout=1"
    settings.RQ_QUEUES = {name: {**queue, "URL": nowhere} for name, queue in settings.RQ_QUEUES.items()}
    assert fail(5)[-1] == 429


def test_without_a_proxy_a_made_up_header_neither_evades_nor_locks_others_out(settings):
    settings.PROXY_COUNT = 0
    guesses = [fail(1, **{"X-Forwarded-For": f"198.51.100.{number}"})[0] for number in range(5)]
    assert guesses == [200, 200, 200, 200, 429]
    assert log_in(at="198.51.100.1").status_code == 302


def test_behind_a_proxy_only_what_the_proxy_wrote_counts(settings):
    """Our proxy appends the address that it spoke to; all before it is the client's own claim."""
    settings.PROXY_COUNT = 1
    proxy = "10.0.0.1"
    spoofed = [
        fail(1, at=proxy, **{"X-Forwarded-For": f"203.0.113.{number}, 198.51.100.7"})[0]
        for number in range(5)
    ]
    assert spoofed == [200, 200, 200, 200, 429]
    assert log_in(at=proxy, **{"X-Forwarded-For": "198.51.100.7"}).status_code == 429
    assert log_in(at=proxy, **{"X-Forwarded-For": "203.0.113.1"}).status_code == 302


def test_two_proxies_append_two_addresses(settings):
    settings.PROXY_COUNT = 2
    fail(5, at="10.0.0.1", **{"X-Forwarded-For": "203.0.113.1, 198.51.100.7, 10.0.0.2"})
    assert AccessAttempt.objects.get().ip_address == "198.51.100.7"


@pytest.mark.parametrize("header", ["", "198.51.100.7", "nonsense, rubbish", ", ,", "1.2.3.4:x, ::1"])
def test_a_header_that_no_proxy_of_ours_wrote_is_not_believed(settings, header):
    settings.PROXY_COUNT = 2
    fail(1, at="192.0.2.1", **{"X-Forwarded-For": header})
    assert AccessAttempt.objects.get().ip_address == "192.0.2.1"


@pytest.mark.parametrize(
    ("entry", "counted"),
    [
        ("203.0.113.16:1000", "203.0.113.16"),
        ("[2001:db8::1]:443", "2001:db8::"),
        ("[2001:db8::1]", "2001:db8::"),
        ("2001:db8::1", "2001:db8::"),
        ("[::ffff:203.0.113.16]:1", "203.0.113.16"),
        *[
            (odd, "10.0.0.1")
            for odd in ("unknown", "203.0.113.16:", ":80", "[]:80", "203.0.113.16:1:2", "_a:1")
        ],
    ],
)
def test_a_proxy_may_write_the_port_of_the_client_too(settings, entry, counted):
    settings.PROXY_COUNT = 1
    fail(1, at="10.0.0.1", **{"X-Forwarded-For": entry})
    assert AccessAttempt.objects.get().ip_address == counted


def test_ports_neither_evade_the_lock_nor_lock_others_out(settings):
    settings.PROXY_COUNT = 1

    def behind(entry: str) -> dict[str, str]:
        return {"at": "10.0.0.1", "X-Forwarded-For": entry}

    guesses = [fail(1, **behind(f"203.0.113.16:{1000 + number}"))[0] for number in range(5)]
    assert guesses == [200, 200, 200, 200, 429]
    assert log_in(**behind("203.0.113.17:1000")).status_code == 302


@pytest.mark.parametrize(
    ("peer", "counted"),
    [
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", None),
    ],
)
def test_an_ipv6_household_counts_as_one(peer, counted):
    assert fail(1, at=peer) == [200]
    assert AccessAttempt.objects.get().ip_address == counted


def test_a_socket_without_addresses_is_throttled_as_a_whole():
    assert fail(5, at="")[-1] == 429


@pytest.mark.parametrize("username", ["a\0b", "x" * 300, "", "'; --", "<script>"])
def test_odd_names_break_nothing(username):
    assert set(fail(6, username)) <= {200, 429}


def test_no_password_is_kept(ada):
    log_in("ada", "my secret guess")
    kept = AccessAttempt.objects.values().get()
    assert "my secret guess" not in str(kept)


def test_the_command_line_unlocks_an_address():
    fail(5)
    call_command("axes_reset_ip", "192.0.2.1")
    assert log_in().status_code == 302


@pytest.mark.parametrize("typed", ["2001:db8:1:2:3::4", "2001:db8:1:2::", "2001:db8:1:2:ffff::"])
def test_the_command_line_unlocks_an_ipv6_address_however_it_is_given(typed):
    fail(5, at="2001:db8:1:2:3::4")
    call_command("axes_reset_ip", typed)
    assert log_in(at="2001:db8:1:2:3::4").status_code == 302


def test_the_command_line_leaves_others_locked():
    fail(5, at="2001:db8:1:2:3::4")
    call_command("axes_reset_ip", "2001:db8:1:3::1", "192.0.2.1", "nonsense")
    assert log_in(at="2001:db8:1:2:3::4").status_code == 429


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example/", "", "javascript:alert(1)"])
def test_a_login_that_would_lead_elsewhere_leads_to_the_admin(to):
    answer = Client().post(LOGIN, {"username": "ada", "password": PASSWORD, "next": to})
    assert (answer.status_code, answer.url) == (302, "/admin/")


def test_an_admin_unlocks_an_address_and_it_is_on_the_record(as_member):
    fail(5)
    attempt = AccessAttempt.objects.get()
    url = f"/admin/axes/accessattempt/{attempt.pk}/do/unlock/"

    assert as_member("operator").post(url, {"confirmed": "yes", "reason": "me"}).status_code == 403
    as_member("admin").post(url, {"confirmed": "yes", "reason": "called on the phone"})

    assert log_in().status_code == 302
    assert LogEntry.objects.get().change_message == "Unlock: called on the phone"
