from attendees.api_views import api_list_accounts, api_list_attendees, api_show_attendee
from django.urls import path

urlpatterns = [
    path("api/attendees/", api_list_attendees),
    path("api/attendees/<int:id>/", api_show_attendee),
    path("api/accounts/", api_list_accounts),
]
