"""The monolith's API, as far as the buttons need it."""

import secrets
from typing import Any

import requests
from django.conf import settings

TIMEOUT = 15  # seconds


class NotDone(Exception):
    """The monolith did not do it; the message is what it said, for the page."""


class Monolith:
    """Speaks to it for whoever pressed a button. Every method raises NotDone."""

    def __init__(self, authorization: str) -> None:
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = authorization

    def conference(self) -> int:
        """The conference that talks are offered to and that is changed: the first."""
        found = self.call("GET", "conferences/")["conferences"]
        if not found:
            raise NotDone("There is no conference. Plan one first.")
        return int(found[0]["id"])

    def offer_and_approve(self, conference: int) -> str:
        """The path of a talk that is approved now."""
        mark = secrets.token_hex(3)
        talk = self.call(
            "POST",
            f"conferences/{conference}/presentations/",
            presenter_name="Ada Board",
            presenter_email=f"board-{mark}@example.com",
            title=f"Seen on the board ({mark})",
            synopsis="Offered and approved by a button of the board.",
        )
        path = str(talk["href"]).removeprefix("/api/")
        self.call("PUT", f"{path}approval/")
        return path

    def change_conference(self, pk: int) -> dict[str, Any]:
        """The conference, with another number of seats than before."""
        seats = int(self.call("GET", f"conferences/{pk}/")["conference"]["max_attendees"])
        return self.call("PUT", f"conferences/{pk}/", max_attendees=seats + 1 if seats < 1000 else 100)

    def plan_conference(self) -> int:
        """A conference of the board's own, which may be deleted."""
        first = self.call("GET", f"conferences/{self.conference()}/")["conference"]
        planned = self.call(
            "POST", "conferences/", name=f"To be deleted ({secrets.token_hex(2)})", starts=first["starts"],
            ends=first["ends"], description="Planned by a button of the board, to be deleted.",
            max_presentations=1, max_attendees=10, location=first["location"]["id"],
        )  # fmt: skip
        return int(planned["id"])

    def delete(self, path: str) -> None:
        """Gone for good."""
        self.call("DELETE", path)

    def call(self, method: str, path: str, **body: Any) -> Any:
        """The answer's JSON, if it has any."""
        try:
            answer = self._session.request(
                method, f"{settings.MONOLITH_URL}/api/{path}", json=body or None, timeout=TIMEOUT
            )
        except requests.RequestException as error:
            raise NotDone(f"The monolith does not answer: {error}") from error
        if not answer.ok:
            raise NotDone(f"The monolith answered {answer.status_code}: {answer.text[:300]}")
        return answer.json() if answer.content else None


class OwnAccount:
    """An account that the board signed up itself, and changes as its owner."""

    def __init__(self) -> None:
        self._email = self._password = ""

    def change(self) -> str:
        """Give it another name, signing it up first; the name."""
        name = f"Grace {secrets.token_hex(2)}"
        if not self._email:
            mark, self._password = secrets.token_hex(4), secrets.token_urlsafe(18)
            email = f"board-{mark}@example.com"
            Monolith(f"Service {settings.SERVICE_TOKEN}").call(
                "POST", "accounts/", username=f"board-{mark}", email=email, password=self._password,
                first_name=name, last_name="Board",
            )  # fmt: skip
            self._email = email
        else:
            self._owner().call("PUT", f"accounts/{self._email}/", first_name=name)
        return name

    def close(self) -> None:
        """Close it; the next change signs up another."""
        if self._email:
            self._owner().delete(f"accounts/{self._email}/")
            self._email = ""

    def _owner(self) -> Monolith:
        username = self._email.partition("@")[0]
        return Monolith(requests.auth._basic_auth_str(username, self._password))


ACCOUNT = OwnAccount()
