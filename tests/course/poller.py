"""Copies the conferences every second, as often as it is told, and prints what it has then: poller.py URL TIMES."""

import json
import sys
import time

import requests


def get_conferences(url, conferences):
    response = requests.get(f"{url}/api/conferences/", timeout=10)
    content = json.loads(response.content)
    for conference in content["conferences"]:
        conferences[conference["href"]] = {"name": conference["name"]}


def poll(url, times):
    conferences = {}
    for _ in range(times):
        try:
            get_conferences(url, conferences)
        except requests.RequestException as error:
            print(error, file=sys.stderr)
        time.sleep(1)
    print(json.dumps(conferences))


if __name__ == "__main__":
    poll(sys.argv[1], int(sys.argv[2]))
