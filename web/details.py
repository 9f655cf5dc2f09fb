"""Pages of one thing."""

from typing import Any

from django.db.models import Model, QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.generics import GenericAPIView


class DetailView(GenericAPIView):
    """The one of the queryset that the path names."""

    def found(self) -> QuerySet:
        """Queryset narrowed to the object in the URL."""
        return self.get_queryset().filter(**self.kwargs)

    def get_object(self) -> Model:
        """It, for whoever may see it; OPTIONS asks. Raises Http404."""
        row = get_object_or_404(self.found())
        self.check_object_permissions(self.request, row)
        return row

    def get_serializer(self, *_serialize: Any, instance: Any = None, **options: Any) -> serializers.BaseSerializer:
        """For the form of the browsable API, filled in with what is there."""
        return self.serializer_class(self.found().first(), **options)
