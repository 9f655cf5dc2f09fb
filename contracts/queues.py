"""Every queue of Conference GO: who reads it, and which messages arrive on it."""

from contracts.messages import (
    AccountChanged,
    ConferenceChanged,
    ConferenceDeleted,
    PresentationApproved,
    PresentationNotified,
    PresentationRejected,
)
from messaging.topology import Queue

PRESENTATION_APPROVALS = Queue("workflow.presentation_approvals", "workflow", (PresentationApproved,))
PRESENTATION_REJECTIONS = Queue("workflow.presentation_rejections", "workflow", (PresentationRejected,))
PRESENTATION_NOTIFIED = Queue("monolith.presentation_notified", "monolith", (PresentationNotified,))
ATTENDEES_ACCOUNTS = Queue("attendees.account_info", "attendees", (AccountChanged,))
ATTENDEES_CONFERENCES = Queue("attendees.conference_info", "attendees", (ConferenceChanged, ConferenceDeleted))

QUEUES = (
    PRESENTATION_APPROVALS,
    PRESENTATION_REJECTIONS,
    PRESENTATION_NOTIFIED,
    ATTENDEES_ACCOUNTS,
    ATTENDEES_CONFERENCES,
)
# As course programs name them, in course mode: what a worker of ours takes there goes on in our own.
COURSE_QUEUES = (
    Queue("presentation_approvals", "workflow", (PresentationApproved,), PRESENTATION_APPROVALS.name),
    Queue("presentation_rejections", "workflow", (PresentationRejected,), PRESENTATION_REJECTIONS.name),
)
