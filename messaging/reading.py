"""Reads the properties of any message, also those which pika cannot decode.

pika decodes them while it reads the connection: what it raises there ends the connection, and as the message comes
again, each that follows. Importing this has every connection read with `ReadProperties` instead.
"""

import struct
from typing import Any

from pika import BasicProperties, spec

BASIC = 0x003C  # the class whose messages have properties


class ReadProperties(BasicProperties):
    """Properties as they came; what cannot be decoded is left out, and `undecodable` says what and why."""

    undecodable = ""

    def decode(self, encoded: bytes, offset: int = 0) -> Any:
        """Read the properties, whatever they are. Never raises."""
        try:
            super().decode(encoded, offset)
        except Exception as error:  # noqa: BLE001 - dates out of range, unknown types, lengths beyond the end
            self.undecodable = f"its headers cannot be decoded ({type(error).__name__}: {error})"
            self._decode_without_headers(encoded, offset)
        self._have_text_only()
        return self

    def _decode_without_headers(self, encoded: bytes, offset: int) -> None:
        try:
            flags = int(struct.unpack_from(">H", encoded, offset)[0])
            start = offset + 2
            for flag in (self.FLAG_CONTENT_TYPE, self.FLAG_CONTENT_ENCODING):
                start += 1 + encoded[start] if flags & flag else 0
            end = start + 4 + struct.unpack_from(">I", encoded, start)[0]
            rest = struct.pack(">H", flags & ~self.FLAG_HEADERS) + encoded[offset + 2 : start] + encoded[end:]
            super().decode(rest, 0)
        except Exception as error:  # noqa: BLE001
            self.__dict__.update({**BasicProperties().__dict__, "undecodable": f"its properties are broken ({error})"})

    def _have_text_only(self) -> None:
        if self.headers and not all(type(name) is str for name in self.headers):
            self.undecodable = "a header's name is not UTF-8"
            self.headers = {_text(name): value for name, value in self.headers.items()}
        if isinstance(self.message_id, bytes) or isinstance(self.type, bytes):
            self.undecodable = "its message id or type is not UTF-8"
            self.message_id, self.type = _text(self.message_id), _text(self.type)


def _text(value: Any) -> Any:
    return value.decode(errors="replace") if isinstance(value, bytes) else value


spec.props[BASIC] = ReadProperties
