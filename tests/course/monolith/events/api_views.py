import json

from django.http import JsonResponse
from django.views.decorators.http import require_http_methods

from .models import Account, Conference, Presentation
from .publishers import send_account_data, send_to_queue


@require_http_methods(["GET", "POST"])
def api_list_conferences(request):
    if request.method == "POST":
        conference = Conference.objects.create(name=json.loads(request.body)["name"])
        return JsonResponse({"href": f"/api/conferences/{conference.id}/", "name": conference.name})
    conferences = [{"name": each.name, "href": f"/api/conferences/{each.id}/"} for each in Conference.objects.all()]
    return JsonResponse({"conferences": conferences})


@require_http_methods(["POST"])
def api_list_presentations(request, conference_id):
    presentation = Presentation.objects.create(conference_id=conference_id, **json.loads(request.body))
    return JsonResponse({"href": f"/api/presentations/{presentation.id}/"})


@require_http_methods(["PUT"])
def api_decide_presentation(request, pk, decision):
    presentation = Presentation.objects.get(id=pk)
    presentation.status = {"approval": "APPROVED", "rejection": "REJECTED"}[decision]
    presentation.save()
    send_to_queue(f"presentation_{decision}s", presentation)
    return JsonResponse({"title": presentation.title, "status": presentation.status})


@require_http_methods(["POST"])
def api_list_accounts(request):
    account = Account.objects.create(**json.loads(request.body))
    send_account_data(account)
    return JsonResponse({"email": account.email})


@require_http_methods(["PUT", "DELETE"])
def api_account_detail(request, email):
    account = Account.objects.get(email=email)
    if request.method == "DELETE":
        account.is_active = False
    else:
        content = json.loads(request.body)
        account.first_name = content["first_name"]
    account.save()
    send_account_data(account)
    return JsonResponse({"email": account.email})
