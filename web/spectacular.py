"""How the schemas of our services are made. Read by settings: it may import nothing that needs them."""

from typing import Any

SETTINGS: dict[str, Any] = {
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "ENFORCE_NON_BLANK_FIELDS": True,
    "SORT_OPERATIONS": False,  # the order of urls.py, which is that of a lesson
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "PARSER_WHITELIST": ["web.parsers.BoundedJSONParser"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "web.openapi.write_refusals_once",
    ],
    "RENDERER_WHITELIST": ["rest_framework.renderers.JSONRenderer"],
    # The pages come out of a package as well: they work without the internet.
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "displayRequestDuration": True, "persistAuthorization": False},
}
