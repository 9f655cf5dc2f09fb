from django.urls import path

from lab.board import books, stream, views
from lab.feed import hearing

urlpatterns = [
    path("", views.board, name="board"),
    path("stream/", stream.stream, name="stream"),
    path("stream.json", stream.stream_json, name="stream-json"),
    path("messages/<str:message_id>/", views.message, name="message"),
    path("balance/", books.balance, name="balance"),
    path("do/<slug:name>/", views.do, name="do"),
    path("ingest/", hearing.ingest),
]
