#!/usr/bin/env python3
"""Writes src/Ropewalk/Security/Precis/UnicodeTables.cs from the Unicode data that Python carries."""
import os
import unicodedata

ALL = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]
TARGET = os.path.join(os.path.dirname(__file__), "../src/Ropewalk/Security/Precis/UnicodeTables.cs")


def canonical():
    """Code point, first, second (0 for none), 1 if the two compose again."""
    for c in ALL:
        parts = unicodedata.decomposition(chr(c))
        if not parts or parts.startswith("<"):
            continue
        numbers = [int(part, 16) for part in parts.split()] + [0]
        composes = len(numbers) == 3 and unicodedata.normalize("NFC", "".join(map(chr, numbers[:2]))) == chr(c)
        yield from (c, numbers[0], numbers[1], int(composes))


def ranges(value):
    """First, last and value of each run of code points whose value is not 0."""
    start, before, current = None, None, 0
    for c in ALL + [0x110000]:
        now = value(c) if c < 0x110000 else 0
        if now != current or (current and c != before + 1):
            if current:
                yield from (start, before, current)
            start, current = c, now
        before = c


def width():
    """Code point and what it is in its usual width."""
    for c in ALL:
        kind, _, rest = unicodedata.decomposition(chr(c)).partition(" ")
        if kind in ("<wide>", "<narrow>"):
            yield from (c, int(rest, 16))


def is_compatible(c):
    return int(unicodedata.normalize("NFKC", chr(c)) != chr(c))


def is_right_to_left(c):
    return int(unicodedata.bidirectional(chr(c)) in ("R", "AL"))


def table(name, summary, numbers):
    lines, line = [], "       "
    for number in numbers:
        text = f" {number:#x}," if number > 9 else f" {number},"
        if len(line) + len(text) > 138:
            lines.append(line)
            line = "       "
        line += text
    lines.append(line)
    body = "\n".join(lines)
    return f"    /// <summary>{summary}</summary>\n    public static ReadOnlySpan<int> {name} =>\n    [\n{body}\n    ];\n"


tables = [
    table("Canonical", "Gets rows of four: a code point, the two that it decomposes into (the second may be 0), and 1 if they compose again.", canonical()),
    table("CombiningClasses", "Gets rows of three: the first and the last code point of a run, and its canonical combining class.", ranges(lambda c: unicodedata.combining(chr(c)))),
    table("Widths", "Gets rows of two: a full-width or half-width code point, and the same in its usual width.", width()),
    table("Compatible", "Gets rows of three: the first and the last code point of a run that has a compatible equivalent, and 1.", ranges(is_compatible)),
    table("RightToLeft", "Gets rows of three: the first and the last code point of a run that is written from right to left, and 1.", ranges(is_right_to_left)),
]
with open(TARGET, "w", encoding="utf-8") as out:
    out.write("namespace Ropewalk.Security.Precis;\n\n")
    out.write(f"/// <summary>Holds what is needed of Unicode {unicodedata.unidata_version}. Written by eng/unicode.py.</summary>\n")
    out.write("internal static class UnicodeTables\n{\n" + "\n".join(tables) + "}\n")
