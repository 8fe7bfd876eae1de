"""Word, OpenDocument and EPUB files that tests are about, made from the markup inside them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

__all__ = ["W", "docx", "para", "run", "zipped"]

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_KINDS = {"document": "main"}


def zipped(members: Mapping[str, str | bytes], *, stored: tuple[str, ...] = ()) -> bytes:
    """A zip archive of these members, in their order."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return stream.getvalue()


def run(text: str, look: str = "") -> str:
    """A run of text that looks like ``look``."""
    return f'<w:r>{look and f"<w:rPr>{look}</w:rPr>"}<w:t xml:space="preserve">{text}</w:t></w:r>'


def para(*runs: str, style: str = "", more: str = "") -> str:
    """A paragraph of runs, or of plain words."""
    style = style and f'<w:pStyle w:val="{style}"/>'
    properties = f"<w:pPr>{style}{more}</w:pPr>" if style or more else ""
    return f"<w:p>{properties}{''.join(one if one.startswith('<') else run(one) for one in runs)}</w:p>"


def docx(
    body: str, *, styles: str = "", members: Mapping[str, str | bytes] | None = None, namespaces: str = "", **parts: str
) -> bytes:
    """A Word document; ``parts`` are what its other parts have inside their roots: ``footnotes``, ``header1``."""
    roots = {"document": f"<w:body>{body}</w:body>", **({"styles": styles} if styles else {}), **parts}
    elements = {"header": "hdr", "footer": "ftr"}
    overrides, relations, files = "", "", {}
    for name, inside in roots.items():
        kind = name.rstrip("0123456789")
        element = elements.get(kind, kind)
        files[f"word/{name}.xml"] = f'{_XML}<w:{element} xmlns:w="{W}"{namespaces}>{inside}</w:{element}>'
        overrides += (
            f'<Override PartName="/word/{name}.xml" ContentType="{_TYPE}.{_KINDS.get(kind, kind)}'
            f'{".main" * (kind == "document")}+xml"/>'.replace("main.main", "document.main")
        )
        if kind != "document":
            relations += f'<Relationship Id="r{name}" Type="{_OFFICE}/{kind}" Target="{name}.xml"/>'
    return zipped(
        {
            "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
            f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>',
            "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
            f'Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
            **files,
            "word/_rels/document.xml.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{relations}'
            "</Relationships>",
            **(members or {}),
        }
    )
