import json
import time

import requests

conferences = {}

while True:
    try:
        response = requests.get("http://monolith:8000/api/conferences/")
        content = json.loads(response.content)
        for conference in content["conferences"]:
            conferences[conference["href"]] = conference["name"]
        print("polled", json.dumps(conferences))
    except Exception as e:
        print(e)
    time.sleep(1)
