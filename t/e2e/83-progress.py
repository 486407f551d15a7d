#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Long work says on a terminal how far it is, and nowhere else."""
import os
import pty
import subprocess

from harness import ROOT, run


def _on_terminal(site, *arguments):
    """What a command writes to a terminal as stderr; what to stdout."""
    ours, theirs = pty.openpty()
    with subprocess.Popen([site.env["MAGNETIQ"], *arguments],
                          env={**site.environ, **site.env},
                          stdout=subprocess.PIPE, stderr=theirs) as process:
        os.close(theirs)
        said = b""
        try:
            while piece := os.read(ours, 4096):
                said += piece
        except OSError:         # nobody has the other end any more
            pass
        out = process.stdout.read().decode()
    os.close(ours)
    assert process.returncode == 0, said
    return said.decode().replace("\r\n", "\n"), out


def _is_wiped(said):
    """Nothing of it remains on the line that is written next."""
    return said.rindex("\r\033[K") >= said.rindex("\r")


def a_backup_says_how_far_it_is(site):
    said, out = _on_terminal(site, "backup")
    for part in "copying the database: ", "megabytes packed", \
            "megabytes checked":
        assert "\r" + part in said, said
    assert _is_wiped(said), said
    assert out.startswith("/") and out.count("\n") == 1, out
    said, _ = _on_terminal(site, "restore", "--check", out.strip())
    assert "\rmegabytes checked" in said, said
    assert "\033[KA whole backup of " in said, said


def so_do_the_other_long_commands(site):
    for part, *arguments in (
            ("checking the database", "verify"),
            ("rows written: ", "export-v3", "--out", site.state + "/out"),
            ("optimize", "maintain"),
            ("migrating: ", "migrate"),
            ("things read: ", "import-wordpress", "--dry-run",
             os.path.join(ROOT, "t", "fixtures", "wordpress-en.xml"))):
        said, _ = _on_terminal(site, *arguments)
        assert "\r" + part in said, (arguments, said)
        assert _is_wiped(said), (arguments, said)


def a_script_reads_none_of_it(site):
    for arguments in (["backup"], ["verify"], ["maintain"]):
        done = site.magnetiq(*arguments)
        assert "\r" not in done.stderr + done.stdout, done
        assert "\033" not in done.stderr + done.stdout, done


run(globals())
