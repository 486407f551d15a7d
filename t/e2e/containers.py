# SPDX-License-Identifier: MIT
"""What `docker compose` does with our file for production, without Docker:
each service in namespaces of its own, with the mounts, user, limits and
health that the file says.

Networks are the one thing that differs: services that have one share that of
this process, which is none but its own loopback, so that ports of theirs are
ports for the test; those that have none have none."""
import ctypes
import os
import re
import resource
import shlex
import shutil
import signal
import subprocess
import uuid

from dockerfile import compose
from harness import ROOT, until

CLONE_NEWNET = 0x40000000
# What runs as the first process of a container, like the engine's: it passes
# signals on, and buries whoever is left to it.
INIT = 'trap "kill -TERM \\$c" TERM; trap "kill -QUIT \\$c" QUIT; ' \
       '"$@" & c=$!; ' \
       'while :; do wait $c; s=$?; kill -0 $c 2>/dev/null || exit $s; done'
BOOT = """set -e
mount --make-rprivate /
mount --bind "$ROOT" "$PLACE"
cd "$PLACE"
mount -t proc proc proc
mount -t tmpfs -o mode=755 dev dev
for name in null zero full random urandom; do
    touch dev/$name
    mount --bind /dev/$name dev/$name
done
ln -s /proc/self/fd dev/fd
for n in 0:stdin 1:stdout 2:stderr; do
    ln -s /proc/self/fd/${n%:*} dev/${n#*:}
done
eval "$MOUNTS"
[ -z "$READ_ONLY" ] || mount -o remount,bind,ro "$PLACE"
hostname "$NAME"
[ -z "$LOOPBACK" ] || ip link set lo up
pivot_root . tmp
umount -l /tmp
eval "$TMP"
"""


def enter_network_of_its_own():
    """This thread, and those it starts from now on."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)


class Project:
    """A compose file, and the folder that stands for the host's root: what
    the file calls ./data is HOST/project/data, /etc/x is HOST/etc/x."""

    def __init__(self, image, host):
        self.image, self.host = image, host
        self.folder = host + "/project"
        said = compose(ROOT + "/docker-compose.prod.yml")
        self.services, self.volumes = said["services"], said["volumes"]
        self.running, self.mounts = {}, []
        os.makedirs(self.folder)

    def source(self, name):
        """Where on this machine a volume is."""
        if name[0] == "/":
            path = self.host + name
        elif name[0] == ".":
            path = os.path.normpath(f"{self.folder}/{name}")
        else:
            path = self.host + "/volumes/" + name
            if path not in self.mounts:
                self.make_volume(path, self.volumes[name]["driver_opts"])
        os.makedirs(path, exist_ok=True)
        return path

    def make_volume(self, path, options):
        os.makedirs(path)
        subprocess.run(["mount", "-t", options["type"], "-o", options["o"],
                        options["device"], path], check=True)
        self.mounts.append(path)

    def env_file(self, service):
        """NAME=VALUE, one a line, is all that ours has."""
        said, = self.services[service]["env_file"]
        path = f"{self.folder}/{said['path']}"
        if not os.path.exists(path) and not said["required"]:
            return {}
        with open(path, encoding="utf-8") as f:
            lines = [line.strip() for line in f]
        return dict(line.split("=", 1) for line in lines
                    if line and line[0] != "#")

    def up(self, root=None):
        """Everything, each when those that it waits for are ready."""
        done = set()
        while len(done) < len(self.services):
            name = next(n for n, s in self.services.items() if n not in done
                        and set(s.get("depends_on", {})) <= done)
            self.start(name, root)
            done.add(name)

    def start(self, name, root=None):
        """A service; returns once it is healthy, or has ended well."""
        container = Container(self, name, root)
        if self.services[name].get("restart") == "no":
            assert container.wait() == 0, container.log()
            return container
        self.running.setdefault(name, []).append(container)
        container.until_healthy()
        return container

    def run(self, name, *command, root=None):
        """docker compose run --rm: (status, what it wrote)."""
        container = Container(self, name, root, command)
        return container.wait(), container.log()

    def docker_run(self, *command):
        """docker run --rm, for what needs no file of settings: what it
        printed."""
        image = self.image
        done = subprocess.run(
            ["chroot", "--userspec", image.user(), image.root, "env", "-i",
             *(f"{k}={v}" for k, v in image.settings().items()),
             *image.last.words("ENTRYPOINT"), *command],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, check=False)
        assert done.returncode == 0, done
        return done.stdout

    def exec(self, name, *command, stdin="", check=True):
        return self.running[name][-1].exec(*command, stdin=stdin, check=check)

    def stop(self, container):
        self.running[container.service].remove(container)
        container.stop()

    def end(self):
        for containers in self.running.values():
            for container in containers:
                container.stop()
        for path in self.mounts:
            subprocess.run(["umount", path], check=True)


class Container:
    """One of a service; `command` is another than the file says."""

    def __init__(self, project, service, root=None, command=None, **env):
        self.project, self.service = project, service
        self.said = said = project.services[service]
        self.id = uuid.uuid4().hex[:12]
        self.logged = f"{project.host}/{self.id}.log"
        image = project.image
        self.env = {**image.settings(), **project.env_file(service),
                    **said.get("environment", {}), **env, "HOSTNAME": self.id}
        self.user, self.group = self.who(image, said)
        words = list(command or shlex.split(said["command"]))
        # The image's own command runs through its entry point.
        self.words = [*image.last.words("ENTRYPOINT"), *words]
        self.place = f"{project.host}/places/{self.id}"
        os.makedirs(self.place)
        self.process = self.begin(root or image.root)

    def who(self, image, said):
        """The numbers of user and group."""
        if "user" in said:
            return said["user"].split(":")
        with open(image.root + "/etc/passwd", encoding="utf-8") as f:
            return re.search(rf"^{image.user()}:x:(\d+):(\d+):", f.read(),
                             re.M).groups()

    def mounting(self):
        """Shell that mounts and sets what the service is given; /tmp comes
        last, as it is needed until then."""
        lines = [f"echo {value} >proc/sys/{name.replace('.', '/')}"
                 for name, value in self.said.get("sysctls", {}).items()]
        tmp = ":"
        for volume in self.said.get("volumes", []):
            source, target, *mode = volume.split(":")
            lines.append(f"mkdir -p .{target}; mount --bind"
                         f" {self.project.source(source)} .{target}")
            if mode == ["ro"]:
                lines.append(f"mount -o remount,bind,ro .{target}")
        for place in self.said.get("tmpfs", []):
            target, options = place.split(":")
            line = f"mount -t tmpfs -o {options} tmpfs {target}"
            if target == "/tmp":
                tmp = line
            else:
                lines.append(f"mkdir -p .{target}; " +
                             line.replace(f" {target}", f" .{target}"))
        return "\n".join(lines), tmp

    def as_user(self):
        """What stands before a command, so that it may no more than the file
        says."""
        groups = self.said.get("group_add")
        bounds = "-all" if self.said.get("cap_drop") == ["ALL"] else "+all"
        return ["setpriv", "--reuid", self.user, "--regid", self.group,
                *(["--groups", ",".join(groups)] if groups else
                  ["--clear-groups"]), "--bounding-set", bounds, "--inh-caps",
                bounds, *(["--no-new-privs"] if "no-new-privileges:true" in
                          self.said.get("security_opt", []) else []),
                "env", "-i", "-C", self.project.image.last.last("WORKDIR"),
                *(f"{k}={v}" for k, v in self.env.items())]

    def limits(self):
        """For prlimit; more than we have only the first process could give."""
        out = []
        for name, value in self.said.get("ulimits", {}).items():
            most = resource.getrlimit(
                getattr(resource, "RLIMIT_" + name.upper()))[1]
            n = value if most == -1 else min(value, most)
            out.append(f"--{name}={n}:{n}")
        return " ".join(out)

    def begin(self, root):
        mounts, tmp = self.mounting()
        alone = "networks" not in self.said
        script = f'{BOOT}\nexec prlimit {self.limits()} "$@"'
        # The engine gives the two ends of its log to the container's user.
        with open(self.logged, "ab") as log:
            os.fchown(log.fileno(), int(self.user), int(self.group))
            return subprocess.Popen(
                ["unshare", "--pid", "--fork", "--kill-child", "--mount",
                 "--uts", "--ipc", *(["--net"] if alone else []), "sh", "-c",
                 script, "sh", *self.as_user(), "sh", "-c", INIT, "sh",
                 *self.words],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={**self.env, "ROOT": root, "PLACE": self.place,
                     "MOUNTS": mounts, "TMP": tmp,
                     "READ_ONLY": "1" if self.said.get("read_only") else "",
                     "NAME": self.id, "LOOPBACK": "1" if alone else ""})

    def first(self):
        """The number that its first process has outside, once there is
        one."""
        path = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        with open(path, encoding="ascii") as f:
            return f.read().strip()

    def exec(self, *command, stdin="", check=True):
        alone = "networks" not in self.said
        done = subprocess.run(
            ["nsenter", "-t", self.first(), "-m", "-u", "-i", "-p",
             *(["-n"] if alone else []), *self.as_user(), *command],
            input=stdin, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, timeout=120, check=False)
        if check and done.returncode != 0:
            raise AssertionError(f"{command}: {done.returncode}\n"
                                 f"{done.stdout[-2000:]}{done.stderr[-3000:]}"
                                 f"{self.log()[-2000:]}")
        return done

    def healthy(self):
        """What the check of health of the file says now."""
        assert self.process.poll() is None, "it ended"
        kind, *command = self.said["healthcheck"]["test"]
        assert kind == "CMD"
        return self.first() and \
            self.exec(*command, check=False).returncode == 0

    def until_healthy(self):
        try:
            until(self.healthy, 30)
        except AssertionError as e:
            raise AssertionError(f"{self.service}: {e}: {self.log()}"
                                 ) from None

    def processes(self):
        """[(user, command line)] of all that is in it."""
        out = self.exec("ps", "-eo", "uid=,args=").stdout.splitlines()
        return [tuple(line.split(None, 1)) for line in out]

    def log(self):
        with open(self.logged, encoding="utf-8", errors="replace") as f:
            return f.read()

    def wait(self):
        code = self.process.wait(120)
        self.gone()
        return code

    def stop(self):
        """docker stop: the signal that the file says, and in the end KILL;
        which nobody of ours should need."""
        if self.process.poll() is None:
            os.kill(int(self.first()), getattr(
                signal, self.said.get("stop_signal", "SIGTERM")))
            try:
                self.process.wait(int(self.said["stop_grace_period"][:-1]))
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.gone()

    def gone(self):
        shutil.rmtree(self.place, ignore_errors=True)
