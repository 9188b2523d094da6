"""Turn a page of the web into plain text and a title: headings, paragraphs and lists, without what frames them."""

import codecs
import json
import re
from html.parser import HTMLParser

from limner.actions.job import Job, Made
from limner.types import Kind

MOST_CHARS = 60_000
HTML = ("text/html", "application/xhtml+xml")
SILENT = frozenset({"script", "style", "noscript", "template", "svg", "iframe", "object", "select", "canvas"})
BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "br", "dd", "details", "div", "dl", "dt", "fieldset",
        "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li",
        "main", "nav", "ol", "option", "p", "pre", "section", "summary", "table", "tbody", "td", "th", "thead",
        "tr", "ul",
    }
)  # fmt: skip
META = ("description", "og:description", "og:title")
"""What a page says of itself; shops that draw their pages by script often say it nowhere else."""
_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)


def page_text(job: Job) -> tuple[Made, ...]:
    """Return JSON: `title`, `text`, and `is_cut` where the page goes on. params: media_type, charset."""
    content = job.path(Kind.DOCUMENT).read_bytes()
    text = decoded(content, job.params["charset"])
    title = ""
    if job.params["media_type"] in HTML:
        title, text = read_html(text)
    about = {"title": title[:300], "text": text[:MOST_CHARS], "is_cut": len(text) > MOST_CHARS}
    return (Made(Kind.TEXT, text=json.dumps(about, ensure_ascii=False)),)


def decoded(content: bytes, charset: str | None) -> str:
    """Return text in the charset that is named, by the page itself if by nobody else, or in UTF-8."""
    found = _CHARSET.search(content[:4096])
    name = charset or (found[1].decode("ascii") if found else "utf-8")
    try:
        codec = codecs.lookup(name).name
        return content.decode(codec, "replace")
    except (LookupError, UnicodeError):
        return content.decode("utf-8", "replace")


def read_html(text: str) -> tuple[str, str]:
    """Return the title of a page and what it says."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    said = " ".join("".join(reader.parts).split(" "))
    lines = (re.sub(r"[ \t\r\f\v\u00a0]+", " ", line).strip() for line in said.split("\n"))
    body = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    described = list(dict.fromkeys(each for each in reader.described if each and each not in body))
    return " ".join("".join(reader.title).split()), "\n".join([*described, body]).strip()


class _Reader(HTMLParser):
    """Collects text; a block begins a line, a heading is marked, what is in a silent element is left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.title: list[str] = []
        self.described: list[str] = []
        self._silent = 0
        self._is_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line, or silence."""
        if tag in SILENT:
            self._silent += 1
        elif tag == "title" and not self._silent:
            self._is_title = not self.title
        elif tag == "meta":
            told = dict(attrs)
            if (told.get("name") or told.get("property")) in META:
                self.described.append(" ".join((told.get("content") or "").split()))
        elif tag in BLOCKS:
            mark = {"li": "- "}.get(tag, "#" * int(tag[1]) + " " if re.fullmatch("h[1-6]", tag) else "")
            self.parts.append(f"\n{mark}" if tag not in ("p",) else "\n\n")

    def handle_endtag(self, tag: str) -> None:
        """End a line, or silence."""
        if tag in SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "title":
            self._is_title = False
        elif tag in BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        """Take text, unless it is none that is shown."""
        if self._is_title:
            self.title.append(data)
        elif not self._silent:
            self.parts.append(re.sub(r"\s+", " ", data))
