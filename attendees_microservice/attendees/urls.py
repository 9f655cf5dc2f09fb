"""The paths of this service. Each is served without its last slash as well."""

from django.urls import include, path, register_converter

from attendees import pages, sync_views, views
from attendees.serializers import BIGINT
from attendees.whereabouts import Whereabouts
from web.health import Health


class RowNumber:
    """A number that a row can have; any other path is unknown."""

    regex = "[0-9]{1,19}"

    def to_python(self, value: str) -> int:
        """The number. Raises ValueError, which is a 404."""
        number = int(value)
        if number > BIGINT:
            raise ValueError(value)
        return number

    def to_url(self, value: int) -> str:
        """The number in a path."""
        return str(value)


register_converter(RowNumber, "row")

urlpatterns = [
    path("", pages.start),
    path("api/", pages.Root.as_view()),
    path("api/health/", Health.as_view()),
    path("api/whereabouts/", Whereabouts.as_view()),
    path("api/", include("web.docs")),
    path("api/conferences/", views.Conferences.as_view()),
    path("api/conferences/<row:conference_id>/attendees/", views.ConferenceAttendees.as_view()),
    path("api/attendees/", views.Attendees.as_view()),
    path("api/attendees/<row:pk>/", views.AttendeeDetail.as_view()),
    path("api/attendees/<row:pk>/badge/", views.AttendeeBadge.as_view()),
    path("api/copies/conferences/", sync_views.ConferenceCopies.as_view()),
    path("api/sync/", sync_views.Sync.as_view()),
]
