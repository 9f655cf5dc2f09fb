"""What the API's schema says of its root."""

from drf_spectacular.utils import extend_schema_view

from web.openapi import says

PATHS = {"type": "object", "additionalProperties": {"type": "string", "format": "uri"}}
root = extend_schema_view(get=says("list_paths", "Health", PATHS))
