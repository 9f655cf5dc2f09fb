"""What comes in about presentations is checked here, and what goes out is given its shape."""

from rest_framework import serializers

from events.models import Conference
from presentations.models import Presentation
from web.fields import TextModelSerializer


class PresentationRow(serializers.ModelSerializer):
    """A presentation in a list."""

    class Meta:
        model = Presentation
        fields = ("href", "title", "status")


class ConferenceOfPresentation(serializers.ModelSerializer):
    """The conference inside a presentation."""

    class Meta:
        model = Conference
        fields = ("href", "id", "name")


class PresentationDetail(TextModelSerializer):
    """All there is to say of a presentation. Its status is decided, never written."""

    conference = ConferenceOfPresentation(read_only=True)

    class Meta:
        model = Presentation
        fields = (
            "href", "presenter_name", "company_name", "presenter_email", "title", "synopsis",
            "created", "status", "notified", "conference",
        )  # fmt: skip
        read_only_fields = ("created", "status", "notified")
