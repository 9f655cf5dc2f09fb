from clients.lessons.step import Lesson, attendees, monolith

POLLING = Lesson(
    "3 Polling",
    "The poller asks the monolith every five seconds what changed, and hands it on. A message tells the same.",
    (
        monolith(
            "change_conference",
            "Change a conference",
            "Note the `revision`. It is on its way twice now: by message, and by the next poll.",
            at="<first_conference>",
        ),
        attendees(
            "show_sync",
            "Which way was quicker?",
            "`lag_ms` of lane push: milliseconds. Of lane poll: up to the interval. Ask again until both are there.",
            query="conference=1",
        ),
        attendees(
            "list_known_conferences", "What the attendees service knows", "Copies, under the monolith's numbers."
        ),
        monolith(
            "list_changes_of_conferences",
            "What the poller reads",
            "Send it again with the cursor of the answer as `after`: an empty page, which is what most polls get.",
        ),
        monolith(
            "list_changes_of_accounts", "The same of accounts", "A comparison of copies reads this every five minutes."
        ),
        attendees(
            "hand_on_copies",
            "What the poller sends",
            "Empty here, so nothing changes. Revisions that are known already change nothing either.",
            body={"conferences": [], "deleted": [], "gone": []},
        ),
        attendees("list_copies", "What it compares with", "Number and revision of each copy."),
        monolith(
            "show_bill", "What asking costs", "Polls, bytes, SQL and CPU of each minute, beside those of publishing."
        ),
    ),
)
