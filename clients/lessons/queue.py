from clients.lessons.step import Lesson, monolith

ANOTHER_TALK = {
    "presenter_name": "Charles Babbage",
    "presenter_email": "charles@example.com",
    "title": "More cogs",
    "synopsis": "They turn.",
}

QUEUE = Lesson(
    "1 Queue",
    "An organiser decides, a worker writes the letter. Open RabbitMQ's page at workflow.presentation_approvals.",
    (
        monolith(
            "plan_conference",
            "Plan a conference",
            "The answer has its `href`, which the next requests follow.",
            keeps={"conference": "href"},
        ),
        monolith("show_conference", "Look at it", "`weather` is null where nobody knows.", at="<conference>"),
        monolith(
            "offer_presentation",
            "Offer a talk",
            "`status` is SUBMITTED. Offering is open to everyone, and publishes nothing.",
            at="<conference>",
            keeps={"presentation": "href"},
        ),
        monolith(
            "approve_presentation",
            "Approve it without a log-in",
            "401, and the message says what to do. Nothing was published.",
            at="<presentation>",
            log_in="nobody",
            status=401,
        ),
        monolith(
            "approve_presentation",
            "Approve it",
            "`status` is APPROVED, `notified` still null: the answer did not wait for the letter. "
            "Watch workflow.presentation_approvals: one message in, one acknowledged.",
            at="<presentation>",
        ),
        monolith(
            "show_presentation",
            "Was the presenter written to?",
            "`notified` is when the letter went out. Still null? Is presentation_workflow running?",
            at="<presentation>",
        ),
        monolith("approve_presentation", "Approve it again", "200, and no second letter.", at="<presentation>"),
        monolith(
            "reject_presentation",
            "Now reject it",
            "409: a decision is final, its presenter knows.",
            at="<presentation>",
            status=409,
        ),
        monolith(
            "change_presentation",
            "Change its title",
            "Words may change after the decision; the presenter may not.",
            at="<presentation>",
        ),
        monolith(
            "offer_presentation",
            "Offer another talk",
            "Stop presentation_workflow before the next request, to see a message wait.",
            at="<conference>",
            body=ANOTHER_TALK,
            keeps={"other_presentation": "href"},
        ),
        monolith(
            "reject_presentation",
            "Reject that one",
            "It goes to the queue presentation_rejections, by another routing key of the same exchange.",
            at="<other_presentation>",
        ),
        monolith(
            "list_presentations",
            "All talks of the conference",
            "`?status=APPROVED` shows only some.",
            at="<conference>",
            query="status=APPROVED",
        ),
        monolith(
            "remove_presentation",
            "Withdraw the second",
            "The letter that was sent stays sent.",
            at="<other_presentation>",
        ),
    ),
)
