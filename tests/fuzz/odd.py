"""Requests that no schema generates: headers, charsets, content types, numbers out of range, Unicode that grows, and
query strings of pages. None may be answered by a failure of ours."""

import http.client
import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote, urlencode, urlsplit

import requests

from tests.fuzz.service import ORGANISER, Service

LONG = "x" * 3000
TEXTS = [
    "", " ", "x", "\0", "a\0b", "a\nb", "a\r\nX-Injected: 1", "\ud800", "İ" * 64, "ß" * 150, "ﷺ" * 20, "ﬃ" * 60, "ŉ" * 150,
    "ΐ" * 100, "\u202e" * 9, "\u0345" * 150, "’", "%", "%00", "\\", "'\"", "{}", "{{ x }}", "../..", "x " * 400, '"' * 99, '"x',
    LONG, "💥" * 200, "Ω" * 200, '"a@b"@example.com', "ä@example.com", f"x@{'ä' * 60}.com", f"{'x' * 65}@example.com",
    "a@[127.0.0.1]", "a@xn--a.com", "a@ﷺ.com", "a@b..com", "ﬃ@example.com", "İ@example.com", "a@İİİ.com",
]  # fmt: skip
NUMBERS = [
    0, -1, 1, 2**31, 2**63, -(2**63), 2**64, 10**400, 99999999999, 1e308, float("inf"), float("nan"), 0.5, -0.0,
    "1e400", "1e5", "0x1", "١", "²", "1_0", "+1", "--1", "9" * 5000, "1.0", "NaN", "-inf",
]  # fmt: skip
DATES = [
    "0000-00-00",
    "99999-01-01",
    "0001-01-01",
    "9999-12-31",
    "2030-02-30",
    "2030-01-01T00:00:00+99:99",
    "-0001-01-01",
]
DEEP: list = []
for _ in range(90):
    DEEP = [DEEP]
VALUES = [*TEXTS, *NUMBERS, *DATES, None, True, False, [], {}, [[]], {"id": 1}, DEEP, [2**63]]
CHARSETS = ["utf-8", "utf-16", "utf-32", "latin-1", "rot13", "hex", "zlib", "idna", "punycode", "base64", "undefined",
            "unicode_escape", "mbcs", "utf-7", "x", "", '"', "\xff", "a" * 300, "utf-8;q=1", "utf_8_sig", "cp037"]  # fmt: skip
TYPES = ["application/json", "multipart/form-data", "multipart/form-data; boundary=b", "multipart/form-data; boundary=",
         f"multipart/form-data; boundary={'b' * 300}", "multipart/form-data; boundary=\xe4", "text/plain", "a/b", "x", "",
         "/", ";", "application/json/x", "application/*", "*/*", "application/x-www-form-urlencoded", "application/JSON",
         "multipart/mixed; boundary=b", "application/json; a=b; a=c", 'application/json; a="', "\xff/\xff"]  # fmt: skip
ACCEPTS = ["text/html", "application/json", "*/*", "a/b", "", ";", "application/json; indent=99999999999", "application/json; indent=x",
           "application/vnd.oai.openapi", "application/yaml", "text/html; charset=rot13", "\xff", "x" * 999,
           "application/json;indent=-1", "application/json; version=a", ",".join(["a/b"] * 500)]  # fmt: skip
AUTHORIZATIONS = ["Service x", "Service", "Service \xff", "Token", "Token x y", "Token \xff", "Token a\x01b", "Basic", "Basic x", "Basic \xff",
                  "Basic Og==", "Basic AAAA", "Basic /////w==", "Basic w7w6w7w=", "Bearer x", "", " ", "x" * 5000, "Basic eAA6eA=="]  # fmt: skip
HEADERS = {
    "Authorization": AUTHORIZATIONS,
    "Accept": ACCEPTS,
    "Accept-Language": ["de", "\xff", "x" * 999, "*;q=0", ",,,", "zh-hans-x-y", "a\x7f"],
    "Accept-Encoding": ["gzip", "\xff", "identity;q=0"],
    "If-Match": ["*", '"x"', "\xff", "W/\"x\"", ",", '"' * 999, "x" * 999],
    "If-None-Match": ["*", '"x"', "\xff", ",", '"' * 999],
    "If-Modified-Since": ["x", "Mon, 99 Foo 99999 99:99:99 GMT", "Sun, 06 Nov 0000 08:49:37 GMT", "\xff"],
    "Idempotency-Key": ["k", "", " ", "\xff", "x" * 256, "a\x01b"],
    "Cookie": ["monolith_session=x", "attendees_session=\xff", "monolith_csrf=x", "=", ";;;", "messages=x", "monolith_session=" + "x" * 999,
               "monolith_session=a%00b", 'messages="[[\\"__json_message\\"]]"', "csrftoken=\x01"],
    "Host": ["localhost", "evil.example", "\xff", "localhost:99999999", "[::1", "localhost:x", "", "a_b", "LOCALHOST.", "localhost, localhost"],
    "Origin": ["null", "\xff", "http://localhost:3000", "http://[", "x", "http://" + "x" * 999],
    "Referer": ["http://[", "\xff", "x"],
    "X-Forwarded-For": ["1.2.3.4", "\xff", ",", "x" * 999, "::1%eth0", "1.2.3.4:80, [::1]:80", "unknown"],
    "X-Forwarded-Proto": ["https", "\xff", "https,http"],
    "X-Forwarded-Host": ["[", "\xff"],
    "X-HTTP-Method-Override": ["DELETE", "\xff", "x"],
    "X-CSRFToken": ["x", "\xff", "a" * 64],
    "Sec-Fetch-Site": ["cross-site", "\xff", ""],
    "Access-Control-Request-Method": ["PUT", "\xff", ""],
    "Access-Control-Request-Headers": ["\xff", "x" * 999, ","],
    "Range": ["bytes=0-1", "bytes=99999999999-", "x"],
    "Transfer-Encoding": ["chunked"],
    "Content-Encoding": ["gzip", "\xff"],
    "Content-Length": ["x", "-1", "99999999999999999999", "+1", "1_0", "\xb2"],
}  # fmt: skip
METHODS = ["GET", "GET", "GET", "POST", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "X", "PROPFIND"]
PARAMETERS = [
    "format", "page", "page_size", "search", "after", "version", "lang", "next", "q", "o", "p", "e", "all", "state", "starts_after",
    "starts_before", "conference", "_popup", "_to_field", "_changelist_filters", "_facets", "starts__year", "starts__gte",
    "starts__month", "starts__day", "created__year", "created__gte", "id__in", "id__exact", "id", "location__state__id__exact",
    "location__state__isnull", "status__exact", "is_staff__exact", "first__exact", "groups__id__exact", "password__startswith",
    "name__regex", "name__in", "revision__range", "seen__hour", "app_label", "model_name", "field_name", "term",
]  # fmt: skip
PAGES = ["/", "/admin/", "/admin/login/", "/admin/logout/", "/admin/jsi18n/", "/admin/autocomplete/", "/admin/password_change/", "/static/",
         "/static/%00", "/static/../x", "/static/admin/css/base.css", "/messages/docs/", "/first-message/", "/first-message/{}/", "/api/auth/login/",
         "/api/auth/logout/", "/api/docs/", "/api/redoc/", "/api/schema/", "/api/schema/{}", "/admin/r/1/{}/", "/admin/{}/", "//", "/%ff",
         "/%00", "/api//conferences/", "/{}"]  # fmt: skip
KINDS = {
    "monolith": ["events/conference", "events/location", "events/state", "presentations/presentation", "accounts/account", "authtoken/tokenproxy",
                 "auth/group"],
    "attendees_microservice": ["attendees/attendee", "attendees/badge", "attendees/conferencevo", "attendees/accountvo", "attendees/sighting",
                               "auth/user"],
}  # fmt: skip
UNDER = ["", "add/", "{}/change/", "{}/delete/", "{}/history/", "{}/password/"]


class Odd(NamedTuple):
    """A request as it goes over the wire."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


def send(service: Service, number: int, seed: int) -> int:
    """How many of `number` odd requests failed; each kind of failure is shown once, with a request that causes it."""
    operations = _operations(service)
    session = _staff(service)
    draw = random.Random(seed)  # the same requests again for the same seed
    failures: dict[tuple[str, str, int], Odd] = {}
    statuses: Counter[int] = Counter()
    for _ in range(number):
        request = _draw(draw, service.name, operations, session, service.authorization)
        status, retry_after = _answer(service, request)
        statuses[status] += 1
        if status >= 500 and not (status == 503 and retry_after):
            failures.setdefault((request.method, urlsplit(request.target).path[:40], status), request)
    print(f"   odd requests: {sum(statuses.values())}, by status: {dict(sorted(statuses.items()))}")
    for (_, _, status), request in failures.items():
        print(f"   {status}: {ascii(request)[:1500]}")
    return len(failures)


def _operations(service: Service) -> list[tuple[str, list[str]]]:
    """Every path of the schema, with the names of all fields that anything takes there."""
    schema = requests.get(f"{service.url}/api/schema/", headers={"Accept": "application/json"}, timeout=30).json()
    fields = {name: list(each.get("properties", {})) for name, each in schema["components"]["schemas"].items()}
    found = []
    for path, methods in schema["paths"].items():
        names = re.findall(
            r"#/components/schemas/(\w+)", json.dumps([each.get("requestBody") for each in methods.values()])
        )
        found.append((path, sorted({field for name in names for field in fields[name]})))
    return found


def _staff(service: Service) -> str:
    """The cookie of a staff member's session, and the token that goes with it."""
    if service.name != "monolith":
        return ""
    browser = requests.Session()
    page = f"{service.url}/admin/login/"
    browser.get(page, timeout=30)
    browser.post(page, {**ORGANISER, "csrfmiddlewaretoken": browser.cookies["monolith_csrf"]}, timeout=30)
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies)


def _draw(draw, name, operations, session, authorization) -> Odd:
    path, fields = draw.choice([*operations, *operations, *((page, []) for page in _pages(draw, name))])
    path = re.sub(r"\{\w*\}", lambda _: _segment(draw), path)
    headers = {}
    if session and draw.random() < 0.5:
        headers["Cookie"] = session
        headers["X-CSRFToken"] = dict(part.split("=", 1) for part in session.split("; "))["monolith_csrf"]
        headers["Sec-Fetch-Site"] = "same-origin"
    elif draw.random() < 0.7:
        headers["Authorization"] = authorization
    for header in draw.sample(list(HEADERS), draw.choice([0, 0, 1, 1, 2, 4])):
        headers[header] = draw.choice(HEADERS[header])
    body = b""
    if draw.random() < 0.6:
        headers["Content-Type"], body = _body(draw, fields)
    query = {draw.choice(PARAMETERS): _text(draw.choice(VALUES)) for _ in range(draw.choice([0, 0, 1, 1, 2, 3]))}
    if draw.random() < 0.15:
        query["format"] = draw.choice(["json", "api", "openapi", "x", "html", "openapi-json", "admin"])
    target = (
        path
        + ("?" + urlencode(query, errors="surrogatepass") if query else "")
        + draw.choice(["", "", "", "?%", "&%ff=%fe", "?a[b]=%00"])
    )
    return Odd(draw.choice(METHODS), target, headers, body)


def _pages(draw, name) -> Iterator[str]:
    yield from PAGES
    for kind in KINDS[name]:
        yield f"/admin/{kind}/"
        yield f"/admin/{kind}/{draw.choice(UNDER)}"


def _segment(draw) -> str:
    return quote(
        _text(draw.choice([1, 1, 1, 2, 3, *VALUES])) or "1", safe=draw.choice(["", "@", "/"]), errors="surrogatepass"
    )[:6000]


def _body(draw, fields) -> tuple[str, bytes]:
    content = {
        field: draw.choice(VALUES if draw.random() < 0.5 else ["x1", 1]) for field in fields if draw.random() < 0.9
    }
    if draw.random() < 0.7:
        kind = draw.choice(["application/json", "application/json", "application/json", *TYPES])
        text = json.dumps(content if draw.random() < 0.9 else draw.choice(VALUES)).replace("Infinity", "1e400")
        body = text.encode()
    else:
        kind = draw.choice(["multipart/form-data; boundary=b", "multipart/form-data; boundary=b", *TYPES])
        form = [
            f'--b\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{_text(value)}\r\n'
            for field, value in content.items()
        ]
        body = ("".join(form) + "--b--\r\n").encode(errors="surrogatepass")
    if draw.random() < 0.3:
        kind += f"; charset={draw.choice(CHARSETS)}"
    if draw.random() < 0.1:
        body = draw.choice(
            [
                b"",
                b"\xff\xfe",
                b"\0",
                body[: len(body) // 2],
                body.decode(errors="replace").encode("utf-16"),
                b"[" * 9999,
                b"9" * 9999,
            ]
        )
    return kind, body


def _text(value) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _answer(service: Service, request: Odd) -> tuple[int, str | None]:
    """The status, 0 where the server would not take what is no HTTP, and Retry-After."""
    where = urlsplit(service.url)
    connection = http.client.HTTPConnection(where.hostname, where.port, timeout=60)
    try:
        connection.putrequest(
            request.method, request.target, skip_host="Host" in request.headers, skip_accept_encoding=True
        )
        for name, value in request.headers.items():
            connection.putheader(name, value.encode("latin-1"))
        if "chunked" in request.headers.values():
            connection.endheaders([request.body] if request.body else [], encode_chunked=True)
        else:
            if "Content-Length" not in request.headers:
                connection.putheader("Content-Length", str(len(request.body)))
            connection.endheaders(request.body)
        answer = connection.getresponse()
        answer.read()
    except (ValueError, http.client.HTTPException, ConnectionError):
        return 0, None
    else:
        return answer.status, answer.headers["Retry-After"]
    finally:
        connection.close()
