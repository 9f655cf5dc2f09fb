"""Who may look and press: in development whoever is on this machine, otherwise organisers of the monolith only."""

from collections.abc import Callable
from hmac import compare_digest

import requests
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

TOKEN = "token"  # noqa: S105 - the session's key
NAME = "name"
TIMEOUT = 10  # seconds
OPEN = ("/api/health/", "/ingest/", "/log-in/", "/static/")


class Organisers:
    """Leads everyone else to the log-in, with DEBUG off."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page, or the way to the log-in; 403 for a button."""
        is_open = settings.DEBUG or request.path.startswith(OPEN)
        if is_open or request.session.get(TOKEN) or _is_service(request):
            return self._get_response(request)
        if request.method == "GET" and "text/html" in request.headers.get("Accept", ""):
            return redirect(f"{reverse('log-in')}?next={request.path}")
        return HttpResponse("Log in as an organiser first.", status=403, content_type="text/plain")


def _is_service(request: HttpRequest) -> bool:
    """Whether one of our own programs asks, as `cogo watch`: they know the token, and may look only."""
    shown = request.headers.get("Authorization", "").encode()
    return request.method == "GET" and compare_digest(shown, f"Service {settings.SERVICE_TOKEN}".encode())


def authorization(request: HttpRequest) -> str:
    """The header by which the monolith knows whoever pressed the button."""
    token = request.session.get(TOKEN)
    return f"Token {token}" if token else f"Service {settings.SERVICE_TOKEN}"


def name_of(request: HttpRequest) -> str:
    """Whoever pressed the button, for a note of it."""
    return str(request.session.get(NAME) or "somebody on this machine")


def log_in(request: HttpRequest) -> HttpResponse:
    """Asks the monolith whether these are an organiser's name and password."""
    refused = ""
    if request.method == "POST":
        token = _token(request.POST.get("username", ""), request.POST.get("password", ""))
        if token:
            request.session[TOKEN], request.session[NAME] = token, request.POST["username"]
            wanted = request.GET.get("next", "/")
            is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
            return redirect(wanted if is_ours else "/")
        refused = "The monolith knows no organiser of this name and password, or does not answer."
    return render(request, "site/log_in.html", {"refused": refused}, status=403 if refused else 200)


def _token(username: str, password: str) -> str:
    """A token of an organiser; nothing for anybody else."""
    try:
        answer = requests.post(
            f"{settings.MONOLITH_URL}/api/token/", json={"username": username, "password": password}, timeout=TIMEOUT
        )
        token = str(answer.json().get("token", "")) if answer.ok else ""
        headers = {"Authorization": f"Token {token}"}
        # Only organisers may list accounts.
        is_organiser = token and requests.get(f"{settings.MONOLITH_URL}/api/accounts/?page_size=1", headers=headers,
                                              timeout=TIMEOUT).ok  # fmt: skip
    except requests.RequestException:
        return ""
    return token if is_organiser else ""
