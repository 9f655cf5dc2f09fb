from clients.lessons.step import Lesson, monolith

OFFER = {
    "presenter_name": "Barbara Liskov",
    "presenter_email": "barbara@example.com",
    "title": "Sent twice, offered once",
    "synopsis": "What a key is for.",
}
HALL = {"name": "Fort Mason", "city": "San Francisco", "room_count": 12, "state": "CA"}

EXPERIMENTS = Lesson(
    "4 Experiments",
    "What happens when something is sent twice, too late, or wrong.",
    (
        monolith(
            "offer_presentation",
            "Offer a talk under a key",
            "Send it as often as you like: the same `href`, because of `Idempotency-Key`.",
            at="<first_conference>",
            body=OFFER,
            headers={"Idempotency-Key": "my-first-key"},
        ),
        monolith(
            "offer_presentation",
            "Something else under the same key",
            "422: the key is of another request.",
            at="<first_conference>",
            body=OFFER | {"title": "Another talk"},
            headers={"Idempotency-Key": "my-first-key"},
            status=422,
        ),
        monolith(
            "offer_presentation",
            "Offer nothing",
            "400: `errors` names each field, `message` says it in words.",
            at="<first_conference>",
            body={},
            status=400,
        ),
        monolith("add_location", "Add a location", "Its `href`, again.", body=HALL, keeps={"location": "href"}),
        monolith("show_location", "Look at it", "The header `ETag` is its version.", at="<location>"),
        monolith(
            "change_location",
            "Change what is no longer there",
            "412: `If-Match` names a version that is no longer there. Without the header, the last one wins.",
            at="<location>",
            headers={"If-Match": '"yesterday"'},
            status=412,
        ),
        monolith("change_location", "Change it", "200; its `ETag` is another one now.", at="<location>"),
        monolith("remove_location", "Remove it", "409 instead, while a conference is held there.", at="<location>"),
        monolith("show_location", "Look for it", "404, in JSON.", at="<location>", status=404),
        monolith(
            "cancel_conference",
            "Cancel the conference of lesson 1",
            "Its talks go with it; the attendees service hears of it by message, and again by poll.",
            at="<conference>",
        ),
        monolith(
            "log_in",
            "Get a token",
            "For programs: `Authorization: Token …` instead of name and password.",
            body={"username": "<organiser>", "password": "<organiser_password>"},
            keeps={"token": "token"},
        ),
        monolith(
            "show_organiser",
            "Ask who has it",
            "200 for an organiser, 403 for others. The attendees service asks this when somebody logs in to its admin.",
            log_in="token",
        ),
        monolith("revoke_token", "Give the token back", "204: the next request with it is 401.", log_in="token"),
        monolith("list_accounts", "Try it all the same", "401.", log_in="token", status=401),
    ),
)
