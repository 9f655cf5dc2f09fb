"""Bodies that no fields and values make, with their types."""

FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"
FIELD = b'--b\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
BODIES = [
    (FORM, b"a=1&" * 1200),
    (FORM, b"csrfmiddlewaretoken=%00%ff&username=%00&password=%ff"),
    (FORM, b"_selected_action=99999999999999999999&action=delete_selected&index=x&select_across=x"),
    (PARTS, FIELD % (b"a", b"", b"1") * 1200 + b"--b--\r\n"),
    (PARTS, FIELD % (b"a", b'; filename="x"', b"1") * 150 + b"--b--\r\n"),
    (PARTS, FIELD % (b"username", b"", b"\xed\xa0\x80\0") + b"--b--\r\n"),
    (PARTS, FIELD % (b"username", b"\r\nContent-Transfer-Encoding: base64", b"!!!") + b"--b--\r\n"),
    (PARTS, FIELD % (b"name", b'; filename="x"\r\nContent-Transfer-Encoding: base64', b"!!!") + b"--b--\r\n"),
    (PARTS, FIELD % (b"name", b"; filename*=rot13''%ff", b"1") + b"--b--\r\n"),
    (PARTS, FIELD % (b"x" * 20000, b"", b"1") + b"--b--\r\n"),
    (PARTS, b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"),
    ("application/json", b'{"name": 1, "name": "x", "name": []}'),
    ("application/json", b'{"a":' * 5000 + b"1" + b"}" * 5000),
    ("application/json", b"\xef\xbb\xbf{}"),
    ("application/json", b'{"name": NaN, "location": Infinity, "max_attendees": -Infinity}'),
    ("application/json", b'{"location": ' + b"9" * 4400 + b"}"),
    ("application/json", b'{"username": "\\ud800", "password": "\\udfff", "name": "\\ud800"}'),
    ("application/json", b'{"starts": "9999-12-31T23:59:59-23:59", "ends": "0001-01-01T00:00:00+23:59"}'),
    ("application/json", b'{"updated": "0001-01-01T00:00:00+23:59", "max_attendees": 1e1, "location": true}'),
]
