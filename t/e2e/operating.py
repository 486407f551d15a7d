# SPDX-License-Identifier: MIT
"""doc/OPERATING.md, for tests that type what stands there."""
import re

from harness import ROOT


def chapter(heading):
    with open(ROOT + "/doc/OPERATING.md", encoding="utf-8") as f:
        return f.read().split(f"\n## {heading}\n")[1].split("\n## ")[0]


def commands(heading):
    """The commands of a chapter: one a line, or more with backslashes."""
    text = re.sub(r"\\\n\s*", "", chapter(heading))
    return re.findall(r"^    (\S.*)$", text, re.M)
