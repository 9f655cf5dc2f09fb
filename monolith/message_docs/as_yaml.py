"""The document as it is committed."""

from typing import Any

import yaml

from message_docs.asyncapi import document


def as_yaml() -> str:
    """In the document's own order; nothing in it is an alias: AsyncAPI's own way of saying a thing once is `$ref`."""
    return yaml.dump(document(), Dumper=_WithoutAliases, sort_keys=False, allow_unicode=True, width=110)


class _WithoutAliases(yaml.SafeDumper):
    def ignore_aliases(self, _data: Any) -> bool:
        return True
