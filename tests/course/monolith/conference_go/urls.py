from django.urls import path
from events.api_views import (
    api_account_detail,
    api_decide_presentation,
    api_list_accounts,
    api_list_conferences,
    api_list_presentations,
)

urlpatterns = [
    path("api/conferences/", api_list_conferences),
    path("api/conferences/<int:conference_id>/presentations/", api_list_presentations),
    path("api/presentations/<int:pk>/<str:decision>/", api_decide_presentation),
    path("api/accounts/", api_list_accounts),
    path("api/accounts/<str:email>/", api_account_detail),
]
