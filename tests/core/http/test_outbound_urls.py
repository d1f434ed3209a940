"""URLs of other people's services: what forms and settings refuse without a look at DNS."""

import socket

import pytest

from core.http.outbound_urls import origin_of, url_error


@pytest.mark.parametrize(
    "host",
    [
        *("134744072", "2130706433", "0x7f000001", "0x7F.0.0.1", "017700000001", "0177.0.0.1", "010.8.8.8"),
        *("0", "127.1", "10.1", "8.8.8", "127.0.0.1.", "1.2.3.4.5", "256.1.1.1", "example.0x8"),
        *("[::ffff:8.8.8.8]", "[::ffff:127.0.0.1]", "[::ffff:a9fe:a9fe]", "[::127.0.0.1]", "[2002:7f00:1::]"),
        *("[64:ff9b::8.8.8.8]", "[fe80::1]", "[fe80::1%25eth0]", "[::1%25lo]", "[::]", "[ff02::1]"),
        *("0.0.0.0", "0.1.2.3", "169.254.169.254", "169.254.170.2", "224.0.0.1", "255.255.255.255"),
        *("[fd00:ec2::254]", "[fd00:ec2::23]", "[fd20:ce::254]", "100.100.100.200", "168.63.129.16"),
        *("metadata.google.internal", "METADATA.google.internal.", "metadata", "instance-data.ec2.internal"),
        *(
            "\uff11\uff12\uff17.0.0.1",
            "\u24deocalhost",
            "127\u30020\u30020\u30021",
            "bücher.example",
            "%31%32%37.0.0.1",
            "a..example",
            "-a.example",
        ),
        *(
            "api.exa\nmple.org",
            "api.example.org\\@10.0.0.1",
            "api example.org",
            "localhost:0",
            "localhost:65536",
        ),
    ],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_hosts_that_are_refused_by_any_scheme(scheme, host):
    assert url_error(f"{scheme}://{host}/v1")


@pytest.mark.parametrize(
    "host",
    ["8.8.8.8", "[2001:4860:4860::8888]", "100.64.0.1", "api.example.org", "203.0.113.7.internal.example"],
)
def test_without_tls_only_hosts_that_may_be_ones_own(host):
    assert "must begin with https://" in url_error(f"http://{host}/v1")


@pytest.mark.parametrize(
    "url",
    [
        *("https://api.example.org/v1", "https://xn--bcher-kva.example/v1", "https://8.8.8.8/v1"),
        *("https://[2001:4860:4860::8888]:8443/v1", "https://10.0.0.5/v1", "https://100.64.0.1/v1"),
        *(
            "http://localhost:11434/v1",
            "http://ollama/v1",
            "http://my_llm.internal/v1",
            "http://gpu.local./v1",
        ),
        *(
            "http://127.0.0.1:8080/v1",
            "http://192.168.1.20/v1",
            "http://[::1]/v1",
            "http://[fd12:3456::1]/v1",
        ),
        "https://1and1.example/v1",
    ],
)
def test_usual_urls_are_allowed(url):
    assert url_error(url) == ""


def test_no_name_is_resolved(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("it asked DNS"))

    assert url_error("https://api.example.org/v1") == url_error("http://ollama/v1") == ""


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://API.example.org/v1", "https://api.example.org:443"),
        ("https://api.example.org.:443", "https://api.example.org:443"),
        ("http://ollama:11434/v1", "http://ollama:11434"),
        ("http://[::1]/v1", "http://[::1]:80"),
        ("", ""),
        ("http://134744072/v1", ""),
    ],
)
def test_the_origin_is_scheme_host_and_port(url, origin):
    assert origin_of(url) == origin
