from clients.lessons.step import Lesson, attendees, monolith

HEALTH = Lesson(
    "0 Health",
    "Is everything there? Nothing here changes anything.",
    (
        monolith("show_health", "Is the monolith well?", "Stop RabbitMQ and ask again: it is well without it."),
        attendees(
            "show_health", "Is the attendees service well?", "503 with `Retry-After` while its database is away."
        ),
        monolith(
            "list_paths", "What does the monolith offer?", "Each line is a link; a browser shows the same as a page."
        ),
        attendees(
            "list_paths", "What does the attendees service offer?", "It has an API of its own, beside the copies."
        ),
        monolith("list_states", "The states", "Each with its name and its two letters, as the course has them."),
        monolith("list_locations", "The locations", "`picture_url` is null unless PEXELS_API_KEY is set."),
        monolith("list_conferences", "The conferences", "`revision` grows with each change: copies never go back."),
    ),
)
