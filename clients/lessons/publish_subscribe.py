from clients.lessons.step import FRESH, Lesson, attendees, monolith

PUBLISH_SUBSCRIBE = Lesson(
    "2 Publish and subscribe",
    "Accounts belong to the monolith. Whoever binds a queue to the fanout exchange account_info hears of each change.",
    (
        monolith(
            "sign_up",
            "Sign up",
            "The exchange account_info: one message in, one out for each bound queue. The password is in none.",
            body={
                "username": f"ada-{FRESH}",
                "email": f"ada-{FRESH}@example.com",
                "password": "difference-engine",
                "first_name": "Ada",
                "last_name": "Lovelace",
            },
            keeps={"account": "href", "email": "email"},
        ),
        monolith("show_account", "Look at the account", "`revision` is 1.", at="<account>"),
        attendees(
            "register",
            "Register the same person for a conference",
            "`has_account` is true: this service heard of the sign-up, and asked nobody.",
            body={"name": "Ada Lovelace", "email": "<email>", "company_name": "Engines", "conference": 1},
            keeps={"attendee": "href"},
        ),
        attendees("give_badge", "Give her a badge", "201, and the badge.", at="<attendee>", status=201),
        attendees("give_badge", "Give her a badge again", "200, and the same badge.", at="<attendee>"),
        monolith(
            "change_account",
            "Change the name",
            "A second message. The order per account is kept, and a late one never wins.",
            at="<account>",
        ),
        monolith(
            "close_account",
            "Close the account",
            "204. It is deactivated, not deleted: a late message cannot revive it.",
            at="<account>",
        ),
        attendees(
            "show_attendee", "Look at the attendee", "`has_account` is false a few milliseconds later.", at="<attendee>"
        ),
        attendees("list_attendees", "Who attends?", "Searchable: `?search=`.", query="search=ada"),
        monolith("list_accounts", "All accounts", "Organisers only; `?is_active=false` shows the closed ones."),
        attendees(
            "register_for_conference",
            "Register somebody at the conference's own path",
            "No account, so `has_account` is false. The same e-mail twice would be 409.",
            at="<first_conference>",
            body={"name": "Grace Hopper", "email": f"grace-{FRESH}@example.com"},
            keeps={"guest": "href"},
        ),
        attendees(
            "list_attendees_of_conference", "Who attends the first conference?", "Both.", at="<first_conference>"
        ),
        attendees(
            "change_attendee",
            "Change an attendee",
            "Takes the service token, or staff: the attendees service has no log-in of its own.",
            at="<guest>",
        ),
        attendees("remove_attendee", "Remove her again", "As the course answers it.", at="<guest>"),
    ),
)
