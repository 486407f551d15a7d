# SPDX-License-Identifier: MIT
"""What nginx itself says that it would serve: each location of each server,
with what is included put in its place."""
import os
import re
import subprocess

WORD = re.compile(r"""\s+|\#[^\n]*|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'"""
                  r"""|[;{}]|[^\s;{}"'][^\s;{]*)""")


def locations(conf):
    """{(port, first name or "", location)} of a main file, by `nginx -T`."""
    told = subprocess.run(["nginx", "-T", "-q", "-e", "stderr", "-c", conf],
                          stdout=subprocess.PIPE, text=True,
                          check=True).stdout
    parts = re.split(r"^# configuration file (.*):$", told, flags=re.M)[1:]
    files = dict(zip(parts[::2], parts[1::2]))
    out = set()
    for block, content in _read(files, conf, _words(files[conf])):
        for server, inside in content if block == ["http"] else ():
            if server == ["server"]:
                out |= _of_server(inside)
    return out


def _of_server(inside):
    said = {line[0]: line[1:] for line, _ in reversed(inside)}
    port = said["listen"][0].rpartition(":")[2]
    name = said.get("server_name", [""])[0]
    found = set()
    for line, content in inside:
        if line[0] == "location":
            assert not [c for c, _ in content if c[0] == "location"], line
            found.add((int(port), name, " ".join(line[1:])))
    return found


def _words(text):
    return (found[1] for found in WORD.finditer(text) if found[1])


def _read(files, conf, words):
    """[(directive, what stands in its block or None)], to the block's end."""
    out, line = [], []
    for word in words:
        if word == "}":
            break
        if word == "{":
            out.append((line, _read(files, conf, words)))
        elif word != ";":
            line.append(word)
            continue
        elif line[0] == "include":
            path = os.path.join(os.path.dirname(conf), line[1].strip('"'))
            out += _read(files, conf, _words(files[path]))
        else:
            out.append((line, None))
        line = []
    return out
