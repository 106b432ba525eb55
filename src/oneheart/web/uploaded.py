"""Uploaded: the fields and files of a multipart form, as browsers send them.

The whole body is in memory; its size is limited before (`web.security`). Only what browsers write is understood.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from starlette.requests import Request

_KIND = re.compile(r'multipart/form-data\s*;.*?boundary=(?:"([^"]{1,70})"|([^\s;]{1,70}))', re.IGNORECASE)
_NAME = re.compile(rb'\bname="([^"\r\n]*)"')
_FILE = re.compile(rb'\bfilename="([^"\r\n]*)"')
_PARTS_MOST = 20
_NAME_MOST = 80
_FIELD_MOST = 2000


@dataclass(frozen=True, slots=True)
class UploadedForm:
    """A form with a file.

    Attributes:
        fields: text of the fields, the last of a repeated one.
        name: name of the file, without folders; "" for none.
        content: bytes of the file; empty for none.
    """

    fields: dict[str, str]
    name: str
    content: bytes


async def uploaded_form(request: Request) -> UploadedForm:
    """Return the fields and the file of a form; nothing for another content type and for a damaged body."""
    kind = _KIND.match(request.headers.get("content-type", ""))
    if kind is None:
        return UploadedForm({}, "", b"")
    return parts_of(await request.body(), (kind[1] or kind[2]).encode("latin-1"))


def parts_of(body: bytes, boundary: bytes) -> UploadedForm:
    r"""Return the parts of a multipart body. O(body), and the file is copied once.

    Example:
        >>> head = b'--x\r\nContent-Disposition: form-data; name="key"\r\n\r\nabc\r\n'
        >>> file = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.csv"\r\n\r\n1,2\r\n--x--\r\n'
        >>> parts_of(head + file, b"x")
        UploadedForm(fields={'key': 'abc'}, name='a.csv', content=b'1,2')
    """
    fields: dict[str, str] = {}
    name, content = "", b""
    mark = b"--" + boundary
    at = 0 if body.startswith(mark) else -1
    for _ in range(_PARTS_MOST):
        if at < 0 or body[at + len(mark) : at + len(mark) + 2] != b"\r\n":
            break
        begin = at + len(mark) + 2
        above = body.find(b"\r\n\r\n", begin)
        after = body.find(b"\r\n" + mark, max(above, begin))
        if above < 0 or after < 0:
            break
        head = body[begin:above]
        field, file = _NAME.search(head), _FILE.search(head)
        if file is not None:
            name, content = _file_name(file[1]), body[above + 4 : after]
        elif field is not None:
            text = body[above + 4 : min(after, above + 4 + _FIELD_MOST)]
            fields[field[1].decode("utf-8", "replace")] = text.decode("utf-8", "replace")
        at = after + 2
    return UploadedForm(fields, name, content)


def _file_name(sent: bytes) -> str:
    """Return the name of a file without folders and signs that cannot be seen, at most 80 letters."""
    name = PurePosixPath(sent.decode("utf-8", "replace").replace("\\", "/")).name
    return "".join(letter for letter in name if letter.isprintable())[:_NAME_MOST]
