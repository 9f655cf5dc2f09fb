"""`/why/` and `/why/<identifier>`: mount `urlpatterns` below `why/`, with `lab.why` among INSTALLED_APPS."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from lab.why.explaining import NotAnIdentifier, explain


@require_safe
def why(request: HttpRequest, identifier: str = "") -> HttpResponse:
    """Where it is, as a page; as JSON for who accepts that rather, or asks `?format=json`; the rows alone for htmx."""
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
    template = "why/explanation.html" if request.headers.get("HX-Request") else "why/page.html"
    return render(request, template, context, status=status)


def _wants_json(request: HttpRequest) -> bool:
    return request.GET.get("format") == "json" or request.get_preferred_type(["text/html", "application/json"]) == (
        "application/json"
    )


urlpatterns = [path("", why, name="why"), path("<path:identifier>", why, name="why-of")]
