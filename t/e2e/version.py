# SPDX-License-Identifier: MIT
"""Another version of the programs that were built, in seconds: the same
objects, another number, and migrations of its own."""
import glob
import os
import re
import shutil
import subprocess

from harness import ROOT

BUILD = os.environ.get("BUILD", os.path.join(ROOT, "build"))
PROGRAMS = ("cli/magnetiq", "fcgi-app/magnetiq-fcgi", "jobs/magnetiq-jobs")

HEAD = """-- {name}: made by a test.
--
-- Beside:  program {beside} and later may run while this is applied.

"""

# One that adds, and one that cannot be done.
MORE = ("9001-more", "ALTER TABLE pages ADD COLUMN more TEXT;\n"
        "CREATE TABLE more (id INTEGER PRIMARY KEY);")
BROKEN = ("9002-broken",
          "CREATE TABLE third (x); INSERT INTO none VALUES (1);")

# A worker that serves as it should while it is rehearsed, and not after that.
TRAITOR = r"""
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	static const char answer[] =
	    "\1\6\0\1\0\45\0\0Status: 503 Service Unavailable\r\n\r\nno"
	    "\1\3\0\1\0\10\0\0\0\0\0\0\0\0\0\0";
	const char *database = getenv("DATABASE_URL");
	char waste[8192];
	int fd;

	if (argc > 1 || (database != NULL &&
	    strstr(database, ".upgrade/") != NULL))
		execv(GOOD, argv);
#ifdef ANSWERS
	while ((fd = accept(0, NULL, NULL)) != -1) {
		(void)!read(fd, waste, sizeof(waste));
		(void)!write(fd, answer, sizeof(answer) - 1);
		shutdown(fd, SHUT_WR);
		while (read(fd, waste, sizeof(waste)) > 0)
			continue;
		close(fd);
	}
#endif
	abort();
}
"""


def built(path):
    """The real file behind libtool's wrapper."""
    folder, name = os.path.split(os.path.join(BUILD, path))
    real = os.path.join(folder, ".libs", name)
    return real if os.path.exists(real) else os.path.join(folder, name)


def present():
    """The version that was built."""
    with open(os.path.join(BUILD, "config.h"), encoding="utf-8") as f:
        return re.search(r'PACKAGE_VERSION "([^"]+)"', f.read())[1]


def make_version(folder, version, migrations=()):
    """A folder as if `make` had run in it; `migrations` are (name, SQL), or
    (name, SQL, oldest version that may run beside it)."""
    assert len(version) == len(present())
    for path in PROGRAMS:
        put(os.path.join(folder, path), renamed(built(path), version, b""))
    library = renamed(make_library(folder, migrations), version, b"\0")
    put(os.path.join(folder, "lib/libmagnetiq.so.0"), library)
    return folder


def renamed(path, version, around):
    with open(path, "rb") as f:
        return f.read().replace(around + present().encode() + around,
                                around + version.encode() + around)


def put(path, content):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(content)
    os.chmod(path, 0o755)


def make_library(folder, migrations):
    """The library that was built, with more migrations in it."""
    if not migrations:
        return built("lib/libmagnetiq.so.0")
    sql = os.path.join(folder, "top", "sql")
    shutil.copytree(os.path.join(ROOT, "sql"), sql)
    for name, text, *beside in migrations:
        with open(f"{sql}/sqlite/{name}.sql", "w", encoding="utf-8") as f:
            f.write(HEAD.format(name=name, beside=(beside or [present()])[0])
                    + text + "\n")
    files = [os.path.relpath(p, os.path.dirname(sql)) for p in
             sorted(glob.glob(sql + "/*.sql") + glob.glob(sql + "/*/*.sql"))]
    with open(folder + "/files-sql.c", "wb") as f:
        subprocess.run(["sh", ROOT + "/lib/embed", "mag_files_sql",
                        os.path.dirname(sql), "sql", *files], stdout=f,
                       check=True)
    archive = os.path.join(folder, "libcore.a")
    shutil.copy(os.path.join(BUILD, "lib/.libs/libcore.a"), archive)
    with open(os.path.join(BUILD, "lib/libmagnetiq.la"),
              encoding="utf-8") as f:
        needs = re.search(r"dependency_libs='([^']*)'", f.read())[1].split()
    flags = made_with("CFLAGS") + made_with("LDFLAGS")
    member = os.path.join(folder, "libcore_la-files-sql.o")
    subprocess.run(["gcc", *flags, "-fPIC", "-c", "-o", member, "-I",
                    ROOT + "/lib/include", folder + "/files-sql.c"],
                   check=True)
    subprocess.run(["ar", "r", archive, member], check=True,
                   stderr=subprocess.DEVNULL)
    library = os.path.join(folder, "libmagnetiq.so")
    subprocess.run(["gcc", *flags, "-shared", "-o", library,
                    "-Wl,--whole-archive", archive, "-Wl,--no-whole-archive",
                    "-Wl,-soname,libmagnetiq.so.0", "-Wl,--version-script="
                    + ROOT + "/lib/libmagnetiq.map", *needs], check=True)
    return library


def made_with(name):
    """What the build was told to compile with: sanitizers, for one."""
    with open(os.path.join(BUILD, "Makefile"), encoding="utf-8") as f:
        text = f.read()
    found = re.search(rf"^{name} = (.*)$", text, re.M)
    return found[1].split() if found else []


def make_traitor(folder, version, answers):
    """A version whose worker rehearses well; on the site it answers 503, or
    does not start."""
    make_version(folder, version)
    worker = os.path.join(folder, "fcgi-app/magnetiq-fcgi")
    good = os.path.join(folder, "good")
    os.rename(worker, good)
    with open(folder + "/traitor.c", "w", encoding="utf-8") as f:
        f.write(TRAITOR)
    subprocess.run(["gcc", f'-DGOOD="{good}"',
                    *(["-DANSWERS"] if answers else []), "-o", worker,
                    f.name], check=True)
    return folder
