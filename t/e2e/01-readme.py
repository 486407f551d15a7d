#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What the README tells a newcomer to type works, in that order."""
import json
import os
import re
import shutil
import subprocess
import tempfile

from harness import ROOT, Client, free_ports, run

PASSWORD = "a lake in late October"
# What building and running leaves in a tree; a fresh clone has none of it.
MADE = shutil.ignore_patterns(
    ".git", "build", "build-*", "var", "autom4te.cache", "configure", "configure~",
    "config.h.in*", "Makefile.in", "aclocal.m4", "__pycache__", "*.m4",
    "files-*.c", "node_modules")


def _blocks(heading):
    """The shell blocks below a heading of the README."""
    with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as f:
        part = f.read().partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    blocks = re.findall(r"(?:^    .*\n|^\n(?=    ))+", part, re.M)
    assert blocks, heading
    return [re.sub(r"^    ", "", b, flags=re.M).strip("\n") for b in blocks]


def _shell(site, script):
    """Run it as somebody in the source's folder would, but stop at what
    fails: an error of HTTP too, where nobody asked for its number."""
    for ours, theirs in ((". var/dev/env", f". '{site.state}/env'"),
                         ("localhost:3036", f"localhost:{site.api_port}"),
                         ("localhost:8036", f"localhost:{site.spa_port}"),
                         ('"password":"..."', f'"password":"{PASSWORD}"'),
                         ("create-admin --email you@example.org",
                          "create-admin --email you@example.org "
                          f"--password-stdin <<<'{PASSWORD}'")):
        assert ours in script, ours
        script = script.replace(ours, theirs)
    head = ('set -eu -o pipefail\n'
            'curl() {\n\tcase " $* " in\n'
            '\t*" -w "*) command curl "$@" ;;\n'
            '\t*) command curl --fail-with-body "$@" && echo ;;\n'
            '\tesac\n}\n')
    return subprocess.run(["bash", "-c", head + script], cwd=ROOT, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=60)


def the_first_five_minutes_are_as_they_stand_there(site):
    script = "\n".join(_blocks("The first five minutes"))
    done = _shell(site, script)
    assert done.returncode == 0, (done.stdout[-2000:], done.stderr[-2000:])
    said = done.stdout.splitlines()
    assert said[-2:] == ["200", "412"], said
    found = [json.loads(line)["data"] for line in said
             if line.startswith("{")]
    media, preview, published, page, hits = found
    assert media["mime_type"] == "image/jpeg", media
    assert "/preview/" in preview["url"], preview
    assert published["status"] == "published", published
    assert page["title"] == "Öffnungszeiten", page
    assert [h["slug"] for h in hits] == ["opening-hours"], hits
    assert "<em>neun bis fünf</em>" in done.stdout


def two_commands_are_all_that_a_fresh_clone_needs(site):
    del site
    first, second = [line.split("#")[0].strip()
                     for line in _blocks("Two commands")[0].splitlines()]
    assert (first, second) == ("spawn/dev", "t/run")
    env = {k: v for k, v in os.environ.items()
           if k in ("PATH", "HOME", "LANG", "TMPDIR")}
    # What is not optimized is built sooner.
    env["CFLAGS"] = "-O0 -U_FORTIFY_SOURCE"
    with tempfile.TemporaryDirectory(prefix="mqc.", dir="/tmp") as folder:
        clone = os.path.join(folder, "clone")
        shutil.copytree(ROOT, clone, ignore=MADE, symlinks=True)
        spa, api = free_ports(2)

        def type_in(*words):
            return subprocess.run(
                words, cwd=clone, env=env, text=True, timeout=350,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT)
        try:
            done = type_in(first, "--no-install", "--detach", "--spa-port",
                           str(spa), "--api-port", str(api))
            assert done.returncode == 0, done.stdout[-3000:]
            for port in (spa, api):
                answer = Client(port).get("/api/v1/health")
                assert answer.json["status"] == "healthy", answer
            assert os.path.exists(os.path.join(clone, "var", "dev", "env"))
            # A part that is soon done: all of them run in this very suite.
            done = type_in(second, "--no-install", "27")
            assert done.returncode == 0, done.stdout[-3000:]
            assert re.search(r"\n\d+ passed, 0 failed, \d+ skipped\n$",
                             done.stdout), done.stdout[-300:]
        finally:
            type_in(first, "stop")


run(globals())
