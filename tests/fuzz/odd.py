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

from tests.fuzz.bodies import BODIES
from tests.fuzz.parts import CHARSETS, HEADERS, KINDS, METHODS, PAGES, PARAMETERS, TYPES, UNDER
from tests.fuzz.service import ORGANISER, Service
from tests.fuzz.values import VALUES


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
    ends_log_in = "logout" in path or path == "/api/token/"
    if ends_log_in:
        pass
    elif session and draw.random() < 0.5:
        headers["Cookie"] = session
        headers["X-CSRFToken"] = dict(part.split("=", 1) for part in session.split("; "))["monolith_csrf"]
        headers["Sec-Fetch-Site"] = "same-origin"
    elif draw.random() < 0.7:
        headers["Authorization"] = authorization
    for header in draw.sample(list(HEADERS), draw.choice([0, 0, 1, 1, 2, 4])):
        headers[header] = draw.choice(HEADERS[header])
    body = b""
    if draw.random() < 0.6:
        headers["Content-Type"], body = _body(draw, fields) if draw.random() < 0.85 else draw.choice(BODIES)
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
