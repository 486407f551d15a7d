# SPDX-License-Identifier: MIT
"""Reads a Dockerfile and compose files as far as ours go: what says something
else is a mistake here, not something to be skipped over."""
import json
import re
import shlex

INSTRUCTIONS = {"ARG", "FROM", "RUN", "COPY", "WORKDIR", "USER", "ENV",
                "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD"}


class Stage:
    """From FROM to the next: `base` is an image or the name of a stage, and
    `steps` are (instruction, the rest of its line)."""

    def __init__(self, base, name):
        self.base, self.name, self.steps = base, name, []

    def all(self, instruction):
        return [rest for i, rest in self.steps if i == instruction]

    def last(self, instruction, preset=None):
        return (self.all(instruction) or [preset])[-1]

    def words(self, instruction):
        """An instruction in its form of a list of words."""
        return json.loads(self.last(instruction, "[]"))

    def settings(self):
        return dict(pair.split("=", 1) for rest in self.all("ENV")
                    for pair in shlex.split(rest))


def stages(text):
    """The stages of a Dockerfile, in order."""
    out, presets = [], {}
    for line in re.sub(r"(?m)^\s*#.*\n", "", text).replace(
            "\\\n", "").splitlines():
        if not line.strip():
            continue
        instruction, rest = line.split(None, 1)
        assert instruction in INSTRUCTIONS, line
        if instruction == "FROM":
            words = filled(rest, presets).split()
            assert len(words) == 1 or words[1] == "AS", line
            out.append(Stage(words[0], words[2] if words[1:] else None))
        elif not out:
            assert instruction == "ARG", line
            presets.update([rest.split("=", 1)])
        else:
            out[-1].steps.append((instruction, rest.strip()))
    return out


def copied(rest):
    """What COPY says: the stage it is from or None, sources, target."""
    words = shlex.split(rest)
    stage = None
    if words[0].startswith("--from="):
        stage = words.pop(0).split("=", 1)[1]
    assert not words[0].startswith("--"), rest
    return stage, words[:-1], words[-1]


def filled(text, values):
    """${NAME} and ${NAME:-preset}, as Docker and compose have them."""
    def one(m):
        value = values.get(m[1]) or m[3]
        assert value is not None, f"nobody says what {m[1]} is"
        return value
    return re.sub(r"\$\{(\w+)(:-([^}]*))?\}", one, text)


def compose(path, values=None):
    """A compose file, its variables filled in."""
    import yaml     # only who calls this needs it
    with open(path, encoding="utf-8") as f:
        return yaml.safe_load(filled(f.read(), values or {}))
