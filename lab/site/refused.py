"""What is not there, or cannot be done so, said to people by a page of ours; also in development."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

WORDS = {
    404: ("There is nothing here", "The board has no page at this address."),
    405: ("Not like this", "This address takes no such request: what changes something is a button of the board."),
}


class Refused:
    """Puts our page in the place of Django's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer; for 404 and 405 ours, where a page was asked for."""
        response = self._get_response(request)
        if response.status_code not in WORDS or "text/html" not in request.headers.get("Accept", ""):
            return response
        title, words = WORDS[response.status_code]
        page = render(request, "site/refused.html", {"title": title, "words": words}, status=response.status_code)
        if "Allow" in response:
            page["Allow"] = response["Allow"]
        return page
