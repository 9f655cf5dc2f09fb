"""What the API's schema says of presentations."""

from drf_spectacular.utils import extend_schema_view

from presentations.serializers import PresentationDetail, PresentationRow
from web.openapi import DELETED, ETAG, IDEMPOTENCY_KEY, IF_MATCH, REPLAYED, listed, says

PRESENTATIONS = "Presentations"
TALK = {
    "presenter_name": "Grace Hopper",
    "company_name": "Navy",
    "presenter_email": "grace@example.com",
    "title": "The first bug",
    "synopsis": "It was a moth.",
}

presentations_of_conference = extend_schema_view(
    get=says("list_presentations", PRESENTATIONS, listed("presentations", PresentationRow)),
    post=says(
        "offer_presentation",
        PRESENTATIONS,
        PresentationDetail,
        status=201,
        body=PresentationDetail,
        example=TALK,
        refuses=(409, 422),
        more=(IDEMPOTENCY_KEY, REPLAYED),
    ),
)
presentation_page = extend_schema_view(
    get=says("show_presentation", PRESENTATIONS, PresentationDetail, more=(ETAG,)),
    put=says(
        "change_presentation",
        PRESENTATIONS,
        PresentationDetail,
        body=PresentationDetail(partial=True),
        example={"title": "The first bug, and the second"},
        refuses=(409, 412),
        more=(IF_MATCH, ETAG),
    ),
    delete=says("remove_presentation", PRESENTATIONS, DELETED),
)
approval = extend_schema_view(put=says("approve_presentation", PRESENTATIONS, PresentationDetail, refuses=(409,)))
rejection = extend_schema_view(put=says("reject_presentation", PRESENTATIONS, PresentationDetail, refuses=(409,)))
