"""A page of the web, fetched because a person named its address: once, without what leads into a private network.

A name is resolved once, and what is connected to is the address that was checked, so that it cannot lead elsewhere in
between (DNS rebinding). Each redirect is checked likewise. No proxy is asked, no cookie kept, no script run. Needs the
extra ``mtqa[web]``.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import time
from contextlib import closing
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import mtqa
from mtqa.core.errors import ConfigError, InputError
from mtqa.core.files import MEGABYTE
from mtqa.formats import FORMATS, MAX_BYTES, by_suffix
from mtqa.formats.decoding import in_utf8

if TYPE_CHECKING:
    from httpx2 import URL, Client, Response

__all__ = ["Page", "fetch", "is_url"]

_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_PATIENCE = 10.0  # seconds without an answer
_LONGEST = 60.0  # seconds that all of it may take
_REDIRECTS = 5
_KINDS = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/markdown": "markdown",
    "text/x-markdown": "markdown",
    "text/plain": "text",
}
"""The formats of content types; that of plain text may say more by its name."""
_PACKED = ("", "identity", "gzip", "deflate")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_COMPATIBLE = ipaddress.ip_network("::/96")


@dataclass(frozen=True, slots=True)
class Page:
    """What an address gave.

    Attributes:
        url: as a person named it.
        raw: its bytes, in UTF-8 where the server said how they are encoded.
        format: a name in ``FORMATS``.
    """

    url: str
    raw: bytes
    format: str


def is_url(name: str) -> bool:
    """Whether ``name`` is an address of the web, and no path."""
    return _ADDRESS.match(name) is not None


def fetch(url: str, *, format: str | None = None) -> Page:  # noqa: A002
    """The page at ``url``.

    Args:
        url: beginning with ``http://`` or ``https://``.
        format: a name in ``FORMATS``; by default as the server says, which then must be HTML, Markdown or plain text.

    Raises:
        InputError: it is no such address, leads to one that is not of the public internet, does not answer in time,
            refuses, or gives something else, or more than ``MAX_BYTES``.
        ConfigError: the extra is not installed.
    """
    if find_spec("httpx2") is None:
        raise ConfigError(f"{url}: fetching pages needs httpx2, which is not installed; pip install 'mtqa[web]'")
    import httpx2

    end = time.monotonic() + _LONGEST
    headers = {
        "User-Agent": f"mtqa/{mtqa.__version__}",
        "Accept": ", ".join(_KINDS),
        "Accept-Encoding": "gzip",
    }
    try:
        at = httpx2.URL(url)
        for _ in range(_REDIRECTS + 1):
            with (
                httpx2.Client(headers=headers, timeout=_PATIENCE, trust_env=False, follow_redirects=False) as client,
                closing(_asked(client, at, url)) as response,
            ):
                if not response.has_redirect_location:
                    return _page(response, at, url, format, end)
                at = at.join(response.headers["location"])
    except httpx2.TimeoutException:
        raise InputError(url, f"no answer within {_PATIENCE:g} s; try again later") from None
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError, UnicodeError) as error:
        raise InputError(url, f"cannot be fetched ({error}); check the address and the network") from None
    raise InputError(url, f"redirected more than {_REDIRECTS} times; give the address that it ends at")


def _asked(client: Client, at: URL, url: str) -> Response:
    """The head of the answer, from an address that was checked, for the name in ``at``."""
    if at.scheme not in ("http", "https") or not at.host or at.userinfo:
        raise InputError(url, f"leads to {at}, which is no plain address of the web; give another one")
    host = at.raw_host.decode("ascii").strip("[]")
    address = _resolved(host, at.port or (443 if at.scheme == "https" else 80), url)
    request = client.build_request(
        "GET",
        at.copy_with(host=address),
        headers={"Host": at.netloc.decode("ascii")},
        extensions={"sni_hostname": host},  # which the certificate is checked for, too
    )
    return client.send(request, stream=True)


def _resolved(host: str, port: int, url: str) -> str:
    """The address of a host, of which none may be private. Raises OSError where there is none."""
    found = [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    private = [address for address in found if not _is_public(address)]
    if private or not found:
        where = f"{host} is at {private[0]}" if private else f"{host} is nowhere"
        raise InputError(url, f"{where}, which is no address of the public internet; save the page and give its file")
    return found[0]


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    inner = None
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if found in _NAT64 or found in _COMPATIBLE:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if found.teredo:
            return False
    return found.is_global and not found.is_multicast and (inner is None or _is_public(str(inner)))


def _page(response: Response, at: URL, url: str, format: str | None, end: float) -> Page:  # noqa: A002
    if response.status_code != 200:
        said = f"{response.status_code} {response.reason_phrase}".strip()
        raise InputError(url, f"the server answers {said}; check the address")
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    name = format or _format(kind, at)
    if name is None:
        raise InputError(
            url, f"is {kind or 'of no type that the server names'}, not HTML, Markdown or plain text; save it"
        )
    packing = response.headers.get("content-encoding", "").strip().lower()
    if packing not in _PACKED:
        raise InputError(url, f"is packed by {packing}, which was not asked for; save the page and give its file")
    raw = bytearray()
    for piece in response.iter_bytes():
        raw += piece
        if len(raw) > MAX_BYTES:
            raise InputError(url, f"over the limit of {MAX_BYTES // MEGABYTE} MB; save it and split it")
        if time.monotonic() > end:
            raise InputError(url, f"not here after {_LONGEST:g} s; save the page and give its file")
    charset = response.charset_encoding
    return Page(url, in_utf8(bytes(raw), charset) if charset and FORMATS[name].text else bytes(raw), name)


def _format(kind: str, at: URL) -> str | None:
    name = _KINDS.get(kind)
    if name != "text":
        return name
    told = by_suffix().get(PurePosixPath(at.path).suffix.lower(), name)
    return told if FORMATS[told].text else name
