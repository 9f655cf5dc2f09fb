"""One trace, from the request through outbox, queue and worker to the mail server's answer, and back."""

import requests

from tests.end_to_end.controls import until

TALK = {"presenter_name": "Ada", "presenter_email": "ada@example.com", "title": "T", "synopsis": "S"}


def test_an_approval_is_one_trace_from_the_request_to_the_confirmation(application, collector):
    monolith = f"http://127.0.0.1:{application['MONOLITH_PORT']}"
    organiser = ("organiser", application["ORGANISER_PASSWORD"])
    talk = requests.post(f"{monolith}/api/conferences/1/presentations/", json=TALK, auth=organiser, timeout=60).json()
    request = f"PUT {talk['href']}approval/"
    requests.put(f"{monolith}{talk['href']}approval/", auth=organiser, timeout=60).raise_for_status()

    until(lambda: any(span.name == "handle presentation.notified" for span in collector.trace_with(request)))
    until(lambda: len(collector.trace_with(request)) >= 8)

    spans = collector.trace_with(request)
    names = {span.id: span.name for span in spans}
    assert {(span.service, span.name, names.get(span.parent, "")) for span in spans} == {
        ("monolith", request, ""),
        ("monolith", "store presentation.approved", request),
        ("monolith", "publish presentation.approved", "store presentation.approved"),
        ("workflow", "handle presentation.approved", "store presentation.approved"),
        ("workflow", "hand the letter to the mail server", "handle presentation.approved"),
        ("workflow", "store presentation.notified", "handle presentation.approved"),
        ("workflow", "publish presentation.notified", "store presentation.notified"),
        ("monolith", "handle presentation.notified", "store presentation.notified"),
    }
    assert len(spans) == 8
