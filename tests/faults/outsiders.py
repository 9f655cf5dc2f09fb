"""Messages as programs outside the application write them."""

import json

APPROVALS = "presentation_approvals"  # the exchange's key
TYPE = "presentation.approved"


def approval(name: str, **more: object) -> bytes:
    """As the course publishes it, and `more`."""
    talk = {"presenter_name": name, "presenter_email": f"{name}@example.com", "title": "A talk"}
    return json.dumps({**talk, **more}).encode()
