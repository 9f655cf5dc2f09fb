import json
import os
import sys
import time

import django
import requests

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "attendees_bc.settings")
django.setup()

from attendees.models import ConferenceVO  # noqa: E402


def get_conferences():
    url = "http://monolith:8000/api/conferences/"
    response = requests.get(url)
    content = json.loads(response.content)
    for conference in content["conferences"]:
        ConferenceVO.objects.update_or_create(
            import_href=conference["href"],
            defaults={"name": conference["name"]},
        )


def poll():
    while True:
        try:
            get_conferences()
            print("polled", ConferenceVO.objects.count(), "conferences")
        except Exception as e:
            print(e, file=sys.stderr)
        time.sleep(1)


if __name__ == "__main__":
    poll()
