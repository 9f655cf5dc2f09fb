"""`/why/` and `/why/<identifier>`."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from lab.why.explaining import NotAnIdentifier, explain

ENOUGH = 286  # by which htmx ends asking again and again


@require_safe
def why(request: HttpRequest, identifier: str = "") -> HttpResponse:
    """Where it is, as a page; as JSON for who accepts that rather, or asks `?format=json`; the rows alone for htmx,
    which is told to ask no more when all arrived."""
    identifier = identifier or request.GET.get("id", "")
    context = {"identifier": identifier}
    status = 200
    if identifier:
        try:
            context["explanation"] = explain(identifier)
        except NotAnIdentifier as error:
            context["refusal"], status = str(error), 400
    if _wants_json(request):
        found = context.get("explanation")
        return JsonResponse(found.as_dict() if found else {"message": context.get("refusal", "?id=…")}, status=status)
    if request.headers.get("HX-Request"):
        found = context.get("explanation")
        return render(
            request, "why/explanation.html", context, status=ENOUGH if found and found.has_arrived else status
        )
    return render(request, "why/page.html", context, status=status)


def _wants_json(request: HttpRequest) -> bool:
    return request.GET.get("format") == "json" or request.get_preferred_type(["text/html", "application/json"]) == (
        "application/json"
    )


urlpatterns = [path("", why, name="why"), path("<path:identifier>", why, name="why-of")]
