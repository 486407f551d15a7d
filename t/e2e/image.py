# SPDX-License-Identifier: MIT
"""What `docker build` makes of the Dockerfile, without Docker: an empty Debian
from the package archive that this machine uses, and in it the steps of each
stage, one layer a stage."""
import glob
import os
import re
import shlex
import shutil
import subprocess
import tempfile

from dockerfile import copied, stages
from harness import ROOT, Skip

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# A step has a root of its own, and sees no process but its own.
STEP = """set -e
mount --make-rprivate /
mount -t proc proc "$1/proc"
mount --rbind /dev "$1/dev"
cd "$1"
exec chroot . env -i PATH="$PATH" HOME=/root LANG=C.UTF-8 \
    sh -c 'cd "$1" && eval "$2"' sh "$2" "$3"
"""


def _apart(*command, **more):
    """Run it so that neither a process nor a mount of it outlives us, or it:
    (status, what it wrote)."""
    done = subprocess.run(
        ["unshare", "--mount", "--pid", "--fork", "--kill-child",
         "--mount-proc", *command], stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        check=False, **more)
    return done.returncode, done.stdout


def _sources():
    """The lines and paragraphs of apt's sources that are of this Debian."""
    with open("/etc/os-release", encoding="utf-8") as f:
        name = re.search(r"^VERSION_CODENAME=(\w+)", f.read(), re.M)[1]
    out = []
    for path in ["/etc/apt/sources.list",
                 *glob.glob("/etc/apt/sources.list.d/*")]:
        if os.path.exists(path):
            with open(path, encoding="utf-8") as f:
                text = f.read()
            out += [p.strip() for p in re.split(
                r"\n\s*\n" if path.endswith(".sources") else "\n", text)
                if re.search(rf"\b{name}(-\w+)?\b", p) and "debian" in p
                and not p.startswith("#") and "docker" not in p]
    return name, out


class Image:
    """Built at once; raises Skip where that cannot be.  `root` is what a
    container of the last stage sees, `built` what the stage "build" left."""

    def __init__(self, **arguments):
        if os.geteuid() != 0:
            raise Skip("only root can make a root of its own")
        if shutil.which("mmdebstrap") is None:
            raise Skip("there is no mmdebstrap")
        self.dir = tempfile.mkdtemp(prefix="mqi", dir="/var/tmp")
        self.mounts, self.arguments = [], arguments
        # By name of a stage: what is seen there, of which folders it is made,
        # upper ones first, and which is its working folder in the end.
        self.roots, self.folders, self.workdirs = {}, {}, {}
        try:
            self.build()
        except BaseException:
            self.end()
            raise

    def build(self):
        with open(ROOT + "/Dockerfile", encoding="utf-8") as f:
            self.stages = stages(f.read())
        self.last = self.stages[-1]
        self.debian()
        for stage in self.stages:
            # Not asked for: docker build leaves it out as well.
            if stage.name != "dev":
                self.make(stage)
        self.root, self.built = self.roots[None], self.roots["build"]

    def debian(self):
        name, sources = _sources()
        root = self.dir + "/debian"
        self.roots["debian:12-slim"] = self.folders["debian:12-slim"] = root
        lists = []
        for n, text in enumerate(sources):
            kind = "sources" if "\n" in text else "list"
            lists.append(f"{self.dir}/{n}.{kind}")
            with open(lists[-1], "w", encoding="utf-8") as f:
                f.write(text + "\n")
        status, said = _apart(
            "mmdebstrap", "--variant=minbase", "--quiet",
            # What there is need not be asked again by each stage.
            "--skip=cleanup/apt/lists",
            "--dpkgopt=force-unsafe-io", "--dpkgopt=path-exclude="
            "/usr/share/man/*", name, root, *lists)
        if status != 0:
            raise Skip("no Debian can be fetched: " + said[-300:])
        shutil.copy("/etc/resolv.conf", root + "/etc/resolv.conf")

    def layer(self, name, base):
        """What a stage is made in: a folder that shows its base, and keeps
        what is written there."""
        place = f"{self.dir}/layer{len(self.roots)}"
        for part in ("upper", "work", "root"):
            os.makedirs(f"{place}/{part}")
        subprocess.run(
            ["mount", "-t", "overlay", "overlay", place + "/root", "-o",
             f"lowerdir={self.folders[base]},upperdir={place}/upper,"
             f"workdir={place}/work"], check=True)
        self.mounts.append(place + "/root")
        self.roots[name] = place + "/root"
        self.folders[name] = f"{place}/upper:{self.folders[base]}"
        return self.roots[name]

    def make(self, stage):
        root = self.layer(stage.name, stage.base)
        folder = self.workdirs.get(stage.base, "/")
        values = dict(self.arguments)
        for instruction, rest in stage.steps:
            if instruction == "WORKDIR":
                folder = os.path.join(folder, rest)
                os.makedirs(root + folder, exist_ok=True)
            elif instruction == "COPY":
                self.copy(root, folder, rest)
            elif instruction == "ARG":
                name, preset = rest.split("=", 1)
                values.setdefault(name, shlex.split(preset)[0])
            elif instruction == "RUN":
                self.step(root, folder, rest, values)
        self.workdirs[stage.name] = folder

    def copy(self, root, folder, rest):
        stage, sources, target = copied(rest)
        target = root + os.path.join(folder, target)
        if stage is None and sources == ["."]:
            self.context(target)
            return
        os.makedirs(target, exist_ok=True)
        for source in sources:
            source = (ROOT + "/" if stage is None else
                      self.roots[stage]) + source
            subprocess.run(["cp", "-a", "--no-preserve=ownership", source
                            if os.path.isfile(source) else source + "/.",
                            target], check=True)

    @staticmethod
    def context(target):
        """What stands here, but for what .dockerignore names."""
        with open(ROOT + "/.dockerignore", encoding="utf-8") as f:
            kept_out = [line for line in f.read().splitlines()
                        if line[:1] not in ("#", "", "!") and line != ".env.*"]
        pack = subprocess.Popen(
            ["tar", "-C", ROOT, "--anchored", "-cf", "-",
             *("--exclude=./" + name for name in kept_out), "."],
            stdout=subprocess.PIPE)
        subprocess.run(["tar", "-C", target, "--no-same-owner", "-xf", "-"],
                       stdin=pack.stdout, check=True)
        assert pack.wait() == 0

    @staticmethod
    def step(root, folder, line, values):
        said = " ".join(f"export {k}={shlex.quote(v)};"
                        for k, v in values.items())
        status, out = _apart("sh", "-c", STEP, "sh", root, folder,
                             said + line, env={"PATH": PATH})
        assert status == 0, f"RUN {line}\n{out[-3000:]}"

    def changed(self, name, files):
        """Another image: this one, with {path: file} put over it."""
        root = self.layer(name, None)
        for path, file in files.items():
            real = os.path.realpath(root + path)
            assert real.startswith(root), real
            shutil.copyfile(file, real)
        return root

    def user(self):
        return self.last.last("USER")

    def settings(self):
        return {"PATH": PATH, **self.last.settings()}

    def end(self):
        for mount in reversed(self.mounts):
            if subprocess.run(["umount", mount], stderr=subprocess.DEVNULL,
                              check=False).returncode != 0:
                subprocess.run(["umount", "-l", mount], check=False)
        shutil.rmtree(self.dir)
