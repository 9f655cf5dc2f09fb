"""HTTP in, HTTP out: predict, run, result, explain."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST

from lab.experiments.cases import ALL, BY_NAME
from lab.experiments.chart import charts
from lab.experiments.drawing import picture
from lab.experiments.experiment import Experiment
from lab.experiments.running import RUNS, Busy

PREDICTIONS = "predictions"  # in the session, by the name of the experiment: the place of the choice


def overview(request: HttpRequest) -> HttpResponse:
    """All of them, in the order of the lesson, and how they came out here."""
    rows = [(each, RUNS.of(each.name)) for each in ALL]
    return render(request, "experiments/overview.html", {"rows": rows})


@ensure_csrf_cookie
def experiment(request: HttpRequest, name: str) -> HttpResponse:
    """One of them, in its four steps."""
    return render(request, "experiments/experiment.html", _context(request, _find(name)))


@require_POST
def predict(request: HttpRequest, name: str) -> HttpResponse:
    """Keep what somebody predicts."""
    choice = request.POST.get("choice", "")
    if choice.isdigit() and int(choice) < len(_find(name).choices):
        request.session[PREDICTIONS] = {**request.session.get(PREDICTIONS, {}), name: int(choice)}
    return redirect("experiment", name)


@require_POST
def run(request: HttpRequest, name: str) -> HttpResponse:
    """Start it, with its safeguard or without."""
    try:
        RUNS.start(_find(name).name, request.POST.get("without_safeguard") != "1")
    except Busy as busy:
        return render(request, "experiments/experiment.html", {**_context(request, _find(name)), "busy": busy})
    return redirect("experiment", name)


@require_POST
def stop(request: HttpRequest, name: str) -> HttpResponse:
    """End it; all that it made is removed."""
    RUNS.stop(_find(name).name)
    return redirect("experiment", name)


def progress(request: HttpRequest, name: str) -> HttpResponse:
    """How far it is: a part of the page, which asks for itself again until it is over."""
    return render(request, "experiments/progress.html", _context(request, _find(name)))


def _find(name: str) -> Experiment:
    try:
        return BY_NAME[name]
    except KeyError:
        raise Http404 from None


def _context(request: HttpRequest, found: Experiment) -> dict[str, Any]:
    last = RUNS.of(found.name)
    measured = last.measured if last else None
    predicted = request.session.get(PREDICTIONS, {}).get(found.name)
    place = ALL.index(found)
    return {
        "experiment": found,
        "last": last,
        "predicted": predicted,
        "prediction": found.choices[predicted] if predicted is not None else "",
        "answer": found.choices[found.answer],
        "was_right": predicted == found.answer,
        "measured": measured,
        "charts": charts(measured.bars) if measured else [],
        "picture": picture(last.vhost) if last and not last.is_over and last.vhost else "",
        "following": ALL[place + 1] if place + 1 < len(ALL) else None,
    }
