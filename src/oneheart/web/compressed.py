"""Compression with gzip: static files once, and the pages that hold no lasting secret, for each answer.

Over plain http, as in a hall without internet, browsers take gzip and deflate only, so there is no brotli here.
"""

from __future__ import annotations

import re
import zlib
from functools import lru_cache

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from oneheart.web.pages import STATIC

LEAST_BYTES = 700
"""Below this an answer is sent as it is: one packet of the network holds it anyway."""
_FOR_EVER = "public, max-age=31536000, immutable"
_KINDS = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
_PAGES = re.compile(
    r"/|/verify\.html|/[js]/[^/]+(/[^/]+)?|/hall/[^/]+|(/g/[^/]+)?/book(/.*)?|/g/[^/]+(/(mine|near|terms))?"
)
_GZIP, _FASTER, _BEST = 31, 5, 9


def gzipped(content: bytes, level: int = _BEST) -> bytes:
    """Return the bytes of a gzip file without name and time, the same for the same content.

    Example:
        >>> import gzip
        >>> gzip.decompress(gzipped(b"one heart"))
        b'one heart'
    """
    packing = zlib.compressobj(level, zlib.DEFLATED, _GZIP)
    return packing.compress(content) + packing.flush()


def lean(name: str, text: str) -> str:
    r"""Return a script or a style sheet without comments that stand alone, indentation and empty lines.

    The scripts hold no text over several lines, which the indentation would belong to; a test looks at that.

    Example:
        >>> lean("a.js", "// why\nif (one) {\n  go();\n}\n"), lean("a.css", "/* why */ a { b: c; }\n")
        ('if (one) {\ngo();\n}', 'a{b: c}')
    """
    if name.endswith(".css"):
        plain = re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL))
        return re.sub(r"\s*([{};])\s*", r"\1", plain).replace(";}", "}").strip()
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


@lru_cache(maxsize=64)
def _packed(name: str) -> tuple[bytes, bytes]:
    """Return a script or a style sheet as it is sent, plain and compressed."""
    content = lean(name, (STATIC / name).read_text(encoding="utf-8")).encode()
    return content, gzipped(content)


def takes_gzip(scope: Scope) -> bool:
    """Return whether the client of a request says that it takes gzip."""
    return any(name == b"accept-encoding" and b"gzip" in value for name, value in scope["headers"])


class Static(StaticFiles):
    """Static files, scripts and styles compressed; an address with a fingerprint may be cached for ever."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file with its cache-control header."""
        response = await super().get_response(path, scope)
        if response.status_code != 200:  # noqa: PLR2004
            return response
        kind = _KINDS.get(path[path.rfind(".") :])
        if kind is not None:
            plain, small = _packed(path)
            content, headers = (small, {"content-encoding": "gzip"}) if takes_gzip(scope) else (plain, {})
            response = Response(content, media_type=kind, headers={**headers, "vary": "accept-encoding"})
        response.headers["cache-control"] = _FOR_EVER if scope["query_string"] else "no-cache"
        return response


class Compressed:
    """ASGI middleware that compresses pages with gzip. Streams, files and answers to scripts pass unchanged.

    Pages that hold a secret which opens something later, such as a way back or a link for a host, are not compressed:
    the length of such an answer tells of the secret to whoever puts words on the same page (BREACH).
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an app."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Compress the answer if it is a page in one piece and the client takes gzip."""
        if scope["type"] != "http" or not _PAGES.fullmatch(scope["path"]) or not takes_gzip(scope):
            await self.app(scope, receive, send)
            return
        start: Message | None = None

        async def packed(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            begun, start = start, None
            if begun is None:
                await send(message)
                return
            body = message.get("body", b"")
            if not message.get("more_body") and len(body) >= LEAST_BYTES and _is_page(begun):
                body = gzipped(body, _FASTER)
                kept = [(name, value) for name, value in begun["headers"] if name.lower() != b"content-length"]
                packing = [(b"content-encoding", b"gzip"), (b"vary", b"accept-encoding")]
                begun = {**begun, "headers": [*kept, *packing, (b"content-length", b"%d" % len(body))]}
                message = {**message, "body": body}
            await send(begun)
            await send(message)

        await self.app(scope, receive, packed)


def _is_page(start: Message) -> bool:
    """Return whether an answer is an HTML page that nothing has encoded yet, and no refusal.

    A refusal repeats what somebody typed. Its compressed length would differ from guess to guess.
    """
    headers = {name.lower(): value for name, value in start["headers"]}
    is_plain = start["status"] == 200 and b"content-encoding" not in headers  # noqa: PLR2004
    return is_plain and headers.get(b"content-type", b"").startswith(b"text/html")
