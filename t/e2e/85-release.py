#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What is released: a tarball from which anybody makes the same programs."""
import os
import subprocess

from harness import ROOT, clean_environ, run


def two_builds_in_two_folders_give_the_same_bytes_and_fetch_nothing(_site):
    done = subprocess.run(
        [ROOT + "/t/reproduce"], check=False, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True,
        env={**clean_environ(), "CFLAGS": "-O0 -g"})
    assert done.returncode == 0, done.stdout[-3000:]
    assert "the same bytes twice" in done.stdout, done.stdout
    if os.geteuid() == 0:
        assert "nothing fetched" in done.stdout, done.stdout


run(globals(), start=False)
