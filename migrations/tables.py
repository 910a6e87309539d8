"""TOML and INI files as sections of options, each with its place in the text.

Only what a section's lines say is read; nothing is ever written anew, so comments stay.
"""

import re
from dataclasses import dataclass, field

HEADER = re.compile(r"[ \t]*\[\[?(?P<name>[^\]\r\n]+)\]\]?[ \t]*(?:[#;].*)?$")
TOML_KEY = re.compile(r"""[ \t]*(?P<key>[\w.-]+|"[^"]*"|'[^']*')[ \t]*=[ \t]*""")
INI_KEY = re.compile(r"(?P<key>[^\s=:#;\[][^=:\r\n]*?)[ \t]*[=:][ \t]*")
STRING = re.compile(
    r"""\"{3}.*?\"{3}|'{3}.*?'{3}|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|#[^\n]*""", re.DOTALL
)


@dataclass
class Option:
    """An option: its text as it stands, its line, and the places of value and lines."""

    name: str
    text: str
    line: int
    value: tuple[int, int]
    lines: tuple[int, int]

    @property
    def plain(self) -> str:
        """Return the value without quotes and comment."""
        found = re.match(r"""\s*(["']?)(.*?)\1\s*(?:#.*)?$""", self.text, re.DOTALL)
        return found.group(2).strip() if found else self.text.strip()

    @property
    def items(self) -> list[str]:
        """Return the words of a list, in TOML or INI."""
        quoted = re.findall(r""""([^"]*)"|'([^']*)'""", self.text)
        return [a or b for a, b in quoted] if quoted else self.text.split()


@dataclass
class Section:
    """A section: its name, its header's line, its options, where its last line ends."""

    name: str
    line: int
    header: tuple[int, int]
    end: int
    options: dict[str, Option] = field(default_factory=dict)


def read_sections(text: str, toml: bool) -> list[Section]:
    """Return the sections of a file; what is before the first is one without a name."""
    sections = [Section("", 1, (0, 0), 0)]
    place, number, lines = 0, 0, text.splitlines(keepends=True)
    starts = []
    for line in lines:
        starts.append(place)
        place += len(line)
    index = 0
    while index < len(lines):
        line, start, first = lines[index], starts[index], index
        index += 1
        number = first + 1
        header = HEADER.match(line.rstrip("\r\n"))
        if header and (toml or line.startswith("[")):
            name = re.sub(r"[\"' ]", "", header["name"]) if toml else header["name"].strip()
            sections.append(Section(name, number, (start, start + len(line)), start + len(line)))
            continue
        key = (TOML_KEY if toml else INI_KEY).match(line)
        if not line.strip() or line.lstrip().startswith(("#", ";")) or not key:
            continue
        if toml:
            while index < len(lines) and is_open(text[start + key.end() : starts[index]]):
                index += 1
        else:
            following = index
            while following < len(lines) and (
                lines[following][:1] in " \t" or not lines[following].strip()
            ):
                following += 1
                if lines[following - 1].strip():
                    index = following
        end = starts[index] if index < len(lines) else len(text)
        value = text[start + key.end() : end].rstrip()
        name = key["key"].strip().strip("\"'")
        span = start + key.end()
        option = Option(name, value, number, (span, span + len(value)), (start, end))
        sections[-1].options[name] = option
        sections[-1].end = end
    return sections


def is_open(value: str) -> bool:
    """Whether a TOML value goes on in the next line."""
    bare = STRING.sub("", value)
    return any(bare.count(a) > bare.count(b) for a, b in ("[]", "{}")) or (
        bare.count('"""') % 2 == 1 or bare.count("'''") % 2 == 1
    )
