from django.urls import path

from message_docs import pages

urlpatterns = [
    path("docs/", pages.shown, name="message-docs"),
    path("docs/asyncapi.yaml/", pages.as_file, name="asyncapi"),
]
