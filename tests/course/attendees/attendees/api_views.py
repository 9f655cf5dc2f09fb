import json

from django.http import JsonResponse
from django.views.decorators.http import require_http_methods

from .models import AccountVO, Attendee, ConferenceVO


def detail(attendee):
    return {
        "href": f"/api/attendees/{attendee.id}/",
        "email": attendee.email,
        "name": attendee.name,
        "company_name": attendee.company_name,
        "conference": {"name": attendee.conference.name, "href": attendee.conference.import_href},
        "has_account": AccountVO.objects.filter(email=attendee.email).count() > 0,
    }


@require_http_methods(["GET", "POST"])
def api_list_attendees(request):
    if request.method == "GET":
        return JsonResponse({"attendees": [detail(each) for each in Attendee.objects.all()]})
    content = json.loads(request.body)
    try:
        content["conference"] = ConferenceVO.objects.get(import_href=content["conference"])
    except ConferenceVO.DoesNotExist:
        return JsonResponse({"message": "Invalid conference id"}, status=400)
    return JsonResponse(detail(Attendee.objects.create(**content)), safe=False)


def api_show_attendee(request, id):
    return JsonResponse(detail(Attendee.objects.get(id=id)))


def api_list_accounts(request):
    accounts = AccountVO.objects.values("email", "first_name", "last_name", "is_active", "updated")
    return JsonResponse({"accounts": list(accounts)})
