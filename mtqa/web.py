"""A web page, fetched because a person named its address: once, without what leads into a private network.

A name is resolved once, and what is connected to is the address that was checked, so that it cannot lead elsewhere in
between (DNS rebinding). Each redirect is checked likewise. No proxy is asked, no cookie kept, no script run. Needs the
extra ``mtqa[web]``.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from contextlib import aclosing
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
    from httpx2 import URL, AsyncClient, Response

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
_GLOBAL = ipaddress.ip_network("2000::/3")  # all that is given out of IPv6
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_RESERVED = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20")))
"""Which ``ipaddress`` takes for public in some versions of Python."""


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

    try:
        return asyncio.run(_in_time(url, format))
    except TimeoutError:
        raise InputError(url, f"not fetched in full within {_LONGEST:g} s; save the page and give its file") from None
    except httpx2.TimeoutException:
        raise InputError(url, f"no answer within {_PATIENCE:g} s; try again later") from None
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError, UnicodeError) as error:
        raise InputError(url, f"cannot be fetched ({error}); check the address and the network") from None


async def _in_time(url: str, format: str | None) -> Page:  # noqa: A002
    import httpx2

    headers = {
        "User-Agent": f"mtqa/{mtqa.__version__}",
        "Accept": ", ".join(_KINDS),
        "Accept-Encoding": "gzip",
    }
    async with asyncio.timeout(_LONGEST):
        at = httpx2.URL(url)
        for _ in range(_REDIRECTS + 1):
            async with (
                httpx2.AsyncClient(headers=headers, timeout=_PATIENCE, trust_env=False) as client,
                aclosing(await _asked(client, at, url)) as response,
            ):
                if not response.has_redirect_location:
                    return await _page(response, at, url, format)
                at = at.join(response.headers["location"])
    raise InputError(url, f"redirected more than {_REDIRECTS} times; give the address that it ends at")


async def _asked(client: AsyncClient, at: URL, url: str) -> Response:
    """The head of the answer, from the first address that can be reached, all of which were checked, for the name in
    ``at``."""
    import httpx2

    if at.scheme not in ("http", "https") or not at.host or at.userinfo:
        raise InputError(url, f"leads to {at}, which is not a plain web address; give another one")
    host = at.raw_host.decode("ascii").strip("[]")
    failed: httpx2.TransportError | None = None
    for address in await _resolved(host, at.port or (443 if at.scheme == "https" else 80), url):
        request = client.build_request(
            "GET",
            at.copy_with(host=address),
            headers={"Host": at.netloc.decode("ascii")},
            extensions={"sni_hostname": host},  # which the certificate is checked for, too
        )
        try:
            return await client.send(request, stream=True)
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
            failed = failed or error
    raise failed or OSError(f"{host} was not found")


async def _resolved(host: str, port: int, url: str) -> list[str]:
    """The addresses of a host, of which none may be private. Raises OSError where there is none."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(each[4][0]) for each in found]
    for address in addresses:
        if not _is_public(address):
            raise InputError(
                url,
                f"{host} is at {address}, which is not a public internet address; save the page and give its file",
            )
    return addresses


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if found in _NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return _is_public(str(inner))
        if found not in _GLOBAL or found.teredo:
            return False
    return found.is_global and not found.is_multicast and not any(found in network for network in _RESERVED)


async def _page(response: Response, at: URL, url: str, format: str | None) -> Page:  # noqa: A002
    if response.status_code != 200:
        said = f"{response.status_code} {response.reason_phrase}".strip()
        raise InputError(url, f"the server answers {said}; check the address")
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    name = format or _format(kind, at)
    if name is None:
        raise InputError(
            url, f"is {kind or 'of a type that the server does not name'}, not HTML, Markdown or plain text; save it"
        )
    packing = response.headers.get("content-encoding", "").strip().lower()
    if packing not in _PACKED:
        raise InputError(
            url, f"is compressed with {packing}, which mtqa did not ask for; save the page and give its file"
        )
    raw = bytearray()
    async for piece in response.aiter_bytes():
        raw += piece
        if len(raw) > MAX_BYTES:
            raise InputError(url, f"over the limit of {MAX_BYTES // MEGABYTE} MB; save it and split it")
    charset = response.charset_encoding
    return Page(url, in_utf8(bytes(raw), charset) if charset and FORMATS[name].text else bytes(raw), name)


def _format(kind: str, at: URL) -> str | None:
    name = _KINDS.get(kind)
    if name != "text":
        return name
    told = by_suffix().get(PurePosixPath(at.path).suffix.lower(), name)
    return told if FORMATS[told].text else name
