"""Requests that no well-meaning client makes: values, query strings, headers and methods."""

VALUES = [
    *(
        "",
        " ",
        "0",
        "-1",
        "1",
        "2",
        "9" * 25,
        str(2**31),
        str(2**63),
        str(-(2**63) - 1),
        "1.0",
        "1e400",
        "NaN",
    ),
    *(
        "\uff11",
        "\u0663",
        "0x1",
        "True",
        "null",
        "undefined",
        "[]",
        "{}",
        "*",
        "%",
        "_",
        "\\",
        "'",
        '"',
        "''; --",
    ),
    *(
        "a\0b",
        "\0",
        "\n",
        "\r\nSet-Cookie: pwn=1",
        "\t",
        "\u202e",
        "\ufffe",
        "\U0001f3c6",
        "../../etc/passwd",
    ),
    *("0000-01-01", "0001-01-01", "9999-12-31", "10000-01-01", "-0044-03-15", "2016-02-30", "2016-13-01"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999-14:00", "2016-05-15T24:00:00Z", "20160515"),
    *("2016-W20-7", "2016-05-15T14:00:60Z", "yesterday", ",", ",,", "finished,", "finished,odd", "a" * 5000),
    *("premier-league", "c1", "t1", "f1", "-rps", "rps", "all", "csv", "json", "html", "api", "published"),
    *("{{ 7*7 }}", "${7*7}", "<script>pwn()</script>", "javascript:pwn()", "//canary.invalid", "1,2", "1;2"),
]

NAMES = [
    *("page", "page_size", "season", "stage", "group", "competition", "team", "kind", "provenance"),
    *("min_matches", "ordering"),
    *(
        "status",
        "from",
        "to",
        "match",
        "format",
        "round",
        "version",
        "lang",
        "script",
        "utm_source",
        "",
        "\0",
    ),
    *("page[]", "season__id", "sesaon", "x", "_method", "callback", "auto", "state"),
]

ADMIN_NAMES = [
    *("q", "p", "o", "all", "e", "t", "_facets", "_popup", "_to_field", "_changelist_filters", "next", "x"),
    *(
        "id",
        "id__in",
        "id__exact",
        "pk",
        "status__exact",
        "status__in",
        "season__id__exact",
        "kickoff_at__gte",
    ),
    *("kickoff_at__year", "created_at__lt", "state__exact", "kind__exact", "queue", "view", "source__isnull"),
    *("recorded_at__gte", "recorded_by__password__startswith", "user__id__exact", "action_time__year"),
    *("action_time__month", "action_time__day", "is_staff__exact", "groups__id__exact", "provenance__exact"),
    *("competition__id__exact", "forecaster__id__exact", "writer", "published_at__gte", "is_baseline__exact"),
    *(
        "competition",
        "state",
        "auto",
        "app_label",
        "model_name",
        "field_name",
        "term",
        "submit",
        "name__regex",
    ),
]

QUERIES = [
    *(
        "%",
        "%%",
        "%0",
        "%zz",
        "%ff=%fe",
        "page=%ff",
        "season=%ed%a0%80",
        "page=%c0%ae",
        "%00=%00",
        "page=%00",
    ),
    *(
        "&",
        "&&&&",
        "=",
        "=&=",
        ";",
        "?",
        "page",
        "page=",
        "page=1&page=2",
        "page=1&page=2&page=3",
        "page[]=1",
    ),
    "+" * 2000,
    "page=" + "1" * 20_000,
    "&".join(f"x{number}=1" for number in range(1500)),
    "&".join(["page=1"] * 1500),
    "format=csv&format=json",
    "format=csv%00",
    "season=1&season=1",
]

HEADERS = [
    *(
        {"Accept": value}
        for value in ("", ";", ";;", ",", "*", "*/", "/", "*/*;q=", "text/csv;q=abc", "a" * 5000)
    ),
    *({"Accept": value} for value in ("\xff\xfe", "application/json; indent=-1", "image/png", "text/html")),
    *({"Accept": f"application/json; indent={value}"} for value in ("9" * 30, "x", "1.5", "4")),
    *({"If-None-Match": value} for value in ("", "*", '"', "W/", "W/W/", '"a","b', "\xff", ",", "a" * 5000)),
    *({"If-Match": value} for value in ("*", '"a"', "x")),
    *({"If-Modified-Since": value} for value in ("", "never", "Thu, 01 Jan 0000 00:00:00 GMT", "9" * 40)),
    {"If-Modified-Since": "Fri, 31 Dec 99999 23:59:59 GMT"},
    {"If-Unmodified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
    *({"Range": value} for value in ("bytes=0-1", "bytes=-1", "bytes=9-1", "bytes=a-b", "lines=0-1", "")),
    *({"X-HTTP-Method-Override": value} for value in ("DELETE", "POST", "\xff")),
    *(
        {"Host": value}
        for value in ("evil.example", "a b", "[", "[::1", "\xff", "a:b", "a:99999999", "", "..")
    ),
    *({"X-Forwarded-Host": value} for value in ("evil.example", "\xff")),
    *({"X-Forwarded-For": value} for value in ("\xff", ",,,", "1.2.3", "a" * 5000)),
    {"X-Forwarded-Proto": "\xff"},
    *(
        {"Cookie": value}
        for value in ("sessionid=\xff", "sessionid=a\\000b", "csrftoken=;;;=", "=", "a" * 5000)
    ),
    *(
        {"Authorization": value}
        for value in ("", "Bearer", "Bearer ", "Basic", "Basic =", "Digest x", "Bearer a b")
    ),
    *({"Authorization": f"Bearer {value}"} for value in ("t\xe9st", "\xff\xfe\x00", "9" * 5000, "Bearer x")),
    *({"Accept-Language": value} for value in ("\xff", "xx-" * 500, "*;q=x")),
    *({"Accept-Encoding": value} for value in ("\xff", "gzip;q=x", "br, , ,")),
    *(
        {"Content-Type": value}
        for value in ("", "x", "application/json; charset=nowhere", "multipart/form-data")
    ),
    *({"Referer": value} for value in ("\xff", "javascript:pwn()")),
    {"User-Agent": "\xff<script>pwn()</script>" * 100},
]

METHODS = [
    "GET",
    "HEAD",
    "OPTIONS",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "TRACE",
    "CONNECT",
    "PROPFIND",
    "QUERY",
]
METHODS += ["__init__", "G\xcbT", ""]

BODIES = [
    (b"", "application/json"),
    (b"{", "application/json"),
    (b"\xff\xfe\x00", "application/json"),
    (b"[" * 20_000, "application/json"),
    (b'{"a": ' * 2_000, "application/json"),
    (b"a=1&a=%00", "application/x-www-form-urlencoded"),
    (b"&".join(b"x%d=1" % number for number in range(1500)), "application/x-www-form-urlencoded"),
    (b"--x\r\n\r\n", "multipart/form-data; boundary=x"),
    (b"--\r\n", "multipart/form-data"),
    (
        b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
        "application/xml",
    ),
    (b"x" * 3_000_000, "text/plain"),
]

PATHS = [
    *(
        "/%00/",
        "/%00",
        "/%ff/",
        "/%ed%a0%80/",
        "/%0a/",
        "/%0d%0aSet-Cookie:x/",
        "/%2e%2e/",
        "/..%2f/",
        "//",
        "/./",
    ),
    *(
        "/\\/",
        "/%5c/",
        "/%252e/",
        "/" + "a" * 5000 + "/",
        "/" + "a/" * 500,
        "/api",
        "/api//",
        "/api/%00/",
        "/api/%0a/",
    ),
    *(
        "/api/v1//",
        "/api/v2/",
        "/api/v1/teams",
        "/api/v1/teams%2f",
        "/api/v1/matches/%00/",
        "/api/v1/matches/1%00/",
    ),
    *(
        "/static/%00",
        "/static/..%2f..%2fmanage.py",
        "/static/",
        "/static/admin/",
        "/favicon.ico",
        "/robots.txt",
    ),
    *("/admin/%00/", "/admin/matches/", "/admin/matches/match/%00/change/", "/admin/r/1/1/", "/admin/r/9/9/"),
    *("/admin/matches/match/99999999999999999999/change/", "/admin/matches/match/1/change/?_to_field="),
    *(
        "/admin/matches/match/_00/change/",
        "/admin/pipeline/heartbeat/_00/change/",
        "/admin/pipeline/heartbeat/x/",
    ),
    *("/admin/matches/match/99999999999999999999/do/rescore/", "/admin/matches/match/do/nothing/"),
    *(
        "/admin/content/roundup/x/history/",
        "/admin/auth/user/99999999999999999999/password/",
        "/admin/auth/user/x/",
    ),
    *(
        "/admin/django_rq/dashboard/queues/999/",
        "/admin/django_rq/dashboard/queues/0/%00/",
        "/healthz",
        "/readyz",
    ),
    *("/metrics", "/metrics/", "/healthz/", "/readyz/"),
]

# What may stand in a route for the key of a row.
KEYS = [
    "0",
    "9" * 25,
    str(2**63),
    str(2**31),
    "a%00b",
    "-1",
    "%ff",
    "x" * 300,
    "%0a",
    "1%2f2",
    "%F0%9F%8F%86",
    "_",
]

LOGINS = [
    "a\0b",
    "\n",
    "\ufffe",
    "a" * 160,
    "a" * 20_000,
    "\u0301" * 150,
    "<script>pwn()</script>",
    "//canary.invalid",
]
