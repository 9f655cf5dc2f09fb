"""Files for API clients, made of the services' OpenAPI documents and the lessons: `make clients`.

insomnia.yaml is for Insomnia 10 and newer, insomnia.v4.json for older ones, requests.http for VS Code.
"""
