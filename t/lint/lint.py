# SPDX-License-Identifier: MIT
"""What the lint tests share.  A test is a function whose name is a sentence;
it asserts, or returns why it was skipped."""
import glob
import inspect
import os
import re
import sys

sys.dont_write_bytecode = True
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))


def text(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as f:
        return f.read()


def files(*patterns):
    """Paths below the root, sorted; ** means any depth."""
    found = set()
    for pattern in patterns:
        found |= set(glob.glob(os.path.join(ROOT, pattern), recursive=True))
    return sorted(os.path.relpath(p, ROOT) for p in found
                  if "/files-" not in p)


# Our own C, tests aside.
CODE = files(*(f"{top}/**/*.[ch]" for top in
               ("lib", "fcgi-app", "cli", "jobs", "spawn")))
TESTS = files("t/**/*.[ch]")


def bare(path, strings=False):
    """C without comments; without the insides of strings unless wanted.
    Lines keep their numbers."""
    def keep(m):
        s = m[0]
        if s.startswith("/"):
            return re.sub(r"[^\n]", " ", s)
        return s if strings else s[0] + " " * (len(s) - 2) + s[-1]
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\])+\'',
                  keep, text(path), flags=re.S)


def includes(path):
    """(name, system) of every #include."""
    return [(m[2], m[1] == "<") for m in re.finditer(
        r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', text(path), re.M)]


def line_of(source, at):
    return source.count("\n", 0, at) + 1


def none(problems):
    problems = list(problems)
    assert not problems, "\n" + "\n".join(map(str, problems))


def main(names):
    tests = [f for k, f in names.items() if inspect.isfunction(f) and
             k.count("_") > 1 and f.__module__ == "__main__" and
             not inspect.signature(f).parameters]
    print(f"1..{len(tests)}")
    for n, test in enumerate(tests, 1):
        try:
            reason = test()
        except Exception as e:  # whatever it is, it is a failed test
            print(f"not ok {n} - {test.__name__}")
            print("# " + f"{type(e).__name__}: {e}".replace("\n", "\n# "))
            continue
        print(f"ok {n} - {test.__name__}" +
              (f" # SKIP {reason}" if reason else ""))
