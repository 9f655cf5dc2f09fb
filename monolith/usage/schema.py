"""What the API's schema says of usage."""

from drf_spectacular.utils import extend_schema_view
from rest_framework import serializers

from usage.meter import KEPT
from web.openapi import says, shaped


class Figures(serializers.Serializer):
    """What something took."""

    requests = serializers.FloatField()
    bytes = serializers.FloatField()
    queries = serializers.FloatField()
    cpu_ms = serializers.FloatField()


class Minute(serializers.Serializer):
    """What was counted in it."""

    minute = serializers.DateTimeField()
    polls = Figures()
    publishing = Figures()


class Question(serializers.Serializer):
    """How far back to look."""

    minutes = serializers.IntegerField(min_value=1, max_value=int(KEPT.total_seconds() / 60), default=60)


usage = extend_schema_view(
    get=says("show_bill", "Bill", shaped("Minutes", minutes=Minute(many=True)), more=(Question,))
)
