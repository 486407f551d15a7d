#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Settings, folders and users: how spawn/dev makes a site of any kind."""
import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import threading
import time

from harness import (DEV, Client, Site, Skip, clean_environ, read_env,
                     run, until)

HEALTH = "/api/v1/health"


class _other:
    """A second site, ended when the block ends, wherever it is kept."""

    def __init__(self, *options, state=None, env=None):
        self.site = Site(*options, env=env, start=False)
        if state is not None:
            self.site.state = os.path.join(self.site.dir, state)

    def __enter__(self):
        return self.site

    def __exit__(self, *_):
        self.site.end()


def settings_of_the_caller_win_and_are_kept(_site):
    odd = "it's \"odd\" $HOME `x` \\ and {long}"
    with _other(env={"SMTP_FROM_NAME": odd, "WORKERS": "2",
                     "MAX_FILE_SIZE": ""}) as site:
        site.start("--workers", "3")
        assert site.env["SMTP_FROM_NAME"] == odd
        assert site.env["WORKERS"] == "3" and len(site.workers()) == 3
        assert "MAX_FILE_SIZE" not in site.env
        site.stop()
        del site.environ["SMTP_FROM_NAME"]
        site.environ["WORKERS"] = "1"
        site.start()
        assert site.env["SMTP_FROM_NAME"] == odd
        assert len(site.workers()) == 1


def the_command_is_ready_after_reading_the_env_file(site):
    done = subprocess.run(
        ["sh", "-c", '. "$0/env" && cd / && $MAGNETIQ --version',
         site.state], env=clean_environ(), check=False,
        stdout=subprocess.PIPE, text=True)
    assert done.returncode == 0 and "2.0.0" in done.stdout, done


def paths_of_the_caller_mean_the_same_from_any_folder(_site):
    with _other(env={"DATABASE_URL": "sqlite+aiosqlite:///./data/a.db",
                     "UPLOAD_DIR": "up"}) as site:
        os.mkdir(site.dir + "/data")
        done = subprocess.run(
            [DEV, "--state", "s", *site.options, "--detach"], cwd=site.dir,
            env=site.environ, stdin=subprocess.DEVNULL,
            capture_output=True, check=False, text=True)
        assert done.returncode == 0, done.stderr
        env = read_env(site.state + "/env")
        assert env["DATABASE_URL"] == f"{site.dir}/data/a.db".replace(
            "/data", "/./data"), env
        assert os.path.getsize(site.dir + "/data/a.db") > 0
        assert os.path.isdir(site.dir + "/up/public")


def a_folder_with_a_long_and_odd_name_works(_site):
    with _other(state="it's a $long {name}; " + "x" * 120) as site:
        site.start()
        assert site.api.get(HEALTH).status == 200
        assert os.path.exists(site.state + "/metrics.sock")
        assert len(site.env["STATE_DIR"]) < 60
        assert site.dev("status").returncode == 0
        short = site.env["STATE_DIR"]
        site.stop()
        site.start()
        assert site.env["STATE_DIR"] == short
        assert len(site.processes()) >= 8
        # Something cleans up /tmp; the site can be stopped all the same.
        shutil.rmtree(os.path.dirname(short))
        site.stop()
        assert not site.processes(), site.processes()
        shutil.rmtree(os.readlink(site.state + "/.short"))


def the_env_of_another_site_is_not_taken_over(site):
    with _other() as other:
        other.environ = {**site.env, **other.environ}
        other.start()
        for name in ("DATABASE_URL", "UPLOAD_DIR", "STATE_DIR", "SITE_URL",
                     "SECRET_KEY"):
            assert other.env[name] != site.env[name], name


def two_sites_start_beside_each_other(_site):
    with _other() as one, _other() as two:
        threads = [threading.Thread(target=s.start) for s in (one, two)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for site in (one, two):
            assert site.api.get(HEALTH).status == 200
        one.stop()
        assert two.api.get(HEALTH).status == 200


def an_ordinary_user_can_run_a_site(_site):
    if os.geteuid() != 0:
        raise Skip("the other tests already run as an ordinary user")
    nobody = pwd.getpwnam("nobody")
    with _other() as site:
        os.chown(site.dir, nobody.pw_uid, nobody.pw_gid)
        os.chmod(site.dir, 0o755)
        if not _readable(nobody, DEV):
            raise Skip("the source is in a folder for root only")
        as_nobody = ["setpriv", "--reuid", str(nobody.pw_uid), "--regid",
                     str(nobody.pw_gid), "--clear-groups"]
        done = subprocess.run(
            [*as_nobody, DEV, "--state", site.state, *site.options,
             "--detach"], env={**site.environ, "HOME": site.dir},
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
            check=False)
        assert done.returncode == 0, done.stderr
        assert Client(site.api_port).get(HEALTH).status == 200
        assert os.stat(site.state + "/env").st_uid == nobody.pw_uid


def prod_installs_for_the_whole_machine_and_so_for_root_only(_site):
    """What it does for root, 04 shows on a machine of its own."""
    prod = os.path.join(os.path.dirname(DEV), "prod")
    nobody, as_nobody = pwd.getpwnam("nobody"), []
    if os.geteuid() == 0:
        as_nobody = ["setpriv", "--reuid", str(nobody.pw_uid), "--regid",
                     str(nobody.pw_gid), "--clear-groups"]
        if not _readable(nobody, prod):
            raise Skip("the source is in a folder for root only")
    for options, status, word in (([], 1, "as root"),
                                  (["--now"], 2, "usage: spawn/prod"),
                                  (["--help"], 0, "")):
        done = subprocess.run(
            [*as_nobody, prod, *options], capture_output=True, text=True,
            env=clean_environ(), check=False, timeout=20)
        assert done.returncode == status and word in done.stderr, done


def _readable(user, path):
    return subprocess.run(["setpriv", "--reuid", str(user.pw_uid), "--regid",
                           str(user.pw_gid), "--clear-groups", "test", "-r",
                           path], check=False).returncode == 0


def in_the_foreground_a_site_ends_with_its_command(_site):
    for number in (signal.SIGINT, signal.SIGTERM):
        with _other() as site:
            process = subprocess.Popen(
                [DEV, "--state", site.state, *site.options],
                env=site.environ, stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            until(lambda s=site: _answers(s), 60)
            process.send_signal(number)
            assert process.wait(20) == 0
            assert not site.processes(), site.processes()


def _answers(site):
    try:
        return Client(site.api_port).get(HEALTH).status == 200
    except OSError:
        return False


def a_site_that_cannot_start_says_why_and_leaves_nothing(_site):
    for env, word in (({"SMTP_PORT": "many"}, "SMTP_PORT"),
                      ({"ENVIRONMENT": "staging"}, "ENVIRONMENT"),
                      ({"ENVIRONMENT": "development"}, "CLOCK_OFFSET_FILE"),
                      ({"SECRET_KEY": "short", "SITE_URL": "https://a.de",
                        "ENVIRONMENT": "production",
                        "CLOCK_OFFSET_FILE": ""}, "SECRET_KEY"),
                      ({"ENVIRONMENT": "production",
                        "CLOCK_OFFSET_FILE": ""}, "SITE_URL"),
                      ({"WORKERS": "none"}, "WORKERS"),
                      ({"MAX_FILE_SIZE": "10 MB"}, "MAX_FILE_SIZE"),
                      ({"UPLOAD_DIR": "/proc/media"}, "/proc/media")):
        with _other(env=env) as site:
            done = site.dev("--detach", *site.options, check=False)
            assert done.returncode == 1, (env, done)
            assert word in done.stderr, (env, done.stderr)
            assert not site.processes(), env


def a_production_site_answers_for_its_own_name(_site):
    with _other(env={"ENVIRONMENT": "production", "CLOCK_OFFSET_FILE": "",
                     "SITE_URL": "https://www.example.org"}) as site:
        site.start()
        assert site.api.get(HEALTH, Host="www.example.org").status == 200
        assert site.api.get(HEALTH, Host="example.org").status == 421
        assert site.env["ENVIRONMENT"] == "production"


def limits_of_requests_hold_in_nginx(_site):
    with _other(env={"RATE_LIMITS": "on"}) as site:
        site.start()
        login = {"email": "nobody@example.org", "password": "wrong wrong"}
        for _ in range(5):
            answer = site.api.post("/api/v1/auth/login", login)
            assert answer.status == 401, answer
        answer = site.api.post("/api/v1/auth/login", login)
        assert answer.status == 429, answer
        assert answer.code == "RATE_LIMITED"
        assert int(answer.header("Retry-After")) > 0
        assert site.api.get(HEALTH).status == 200


def kept_answers_count_against_the_limit(_site):
    with _other("--workers", "1", env={"RATE_LIMITS": "api=5/60"}) as site:
        site.start()

        def ask(address):
            worker = site.fcgi()
            answer = worker.request("GET", "/api/v1/public/settings",
                                    REMOTE_ADDR=address)
            worker.close()
            return answer.split(b"\r\n")[0]

        for address in ("192.0.2.1", "192.0.2.2"):
            asked = [ask(address) for _ in range(7)]
            assert asked == 5 * [b"Status: 200 OK"] + 2 * [
                b"Status: 429 Too Many Requests"], asked


def a_site_that_is_asked_too_often_still_runs(_site):
    with _other(env={"RATE_LIMITS": "api=2/60"}) as site:
        site.start()
        until(lambda: site.api.get(HEALTH).status == 429)
        status = site.dev("status", check=False)
        assert status.returncode == 0, status
        assert site.dev("--detach", *site.options).returncode == 0


def the_limit_of_uploads_follows_the_setting(_site):
    with _other(env={"MAX_FILE_SIZE": "100000"}) as site:
        site.start()
        for size, refused in ((150000, False), (170000, True)):
            answer = site.api.post("/api/v1/content/media", b"x" * size,
                                   Content_Type="text/plain")
            assert (answer.status == 413) == refused, (size, answer)


@contextlib.contextmanager
def _microcache():
    """A site with nginx's cache of a second, where one worker notes one by
    one what nginx could not answer itself."""
    with _other("--workers", "1", env={"MICROCACHE": "on"}) as site:
        site.start()
        yield site


def _reached(site, *answers):
    """Which of these answers the worker made.  It writes its lines in turn,
    and each one before the next request."""
    last = site.spa.get("/en/", Authorization="Bearer x")
    number = last.header("X-Request-ID")
    until(lambda: number in site.log("app"))
    log = site.log("app")
    return [answer.header("X-Request-ID") in log for answer in answers]


def the_one_second_cache_answers_a_stranger_in_place_of_the_worker(_site):
    with _microcache() as site:
        for path in ("/en/", "/api/v1/public/pages"):
            def kept(path=path):
                one, two = site.spa.get(path), site.spa.get(path)
                assert one.status == two.status == 200, (one, two)
                assert one.body == two.body, path
                return _reached(site, one, two) == [True, False]
            until(kept, 20, f"{path} was never kept")


def the_one_second_cache_neither_keeps_nor_gives_what_is_for_one_person(
        _site):
    with _microcache() as site:
        token = site.admin().token
        for number, more in enumerate((
                {"Authorization": "Bearer " + token},
                {"Authorization": "Bearer x"}, {"Cookie": "lang=de"})):
            path = f"/en/?n={number}"
            # A stranger after somebody who is known is the first one.
            known, stranger = site.spa.get(path, **more), site.spa.get(path)
            assert _reached(site, known, stranger) == [True, True], more
            # Somebody who is known after strangers is not taken for one.
            for _ in range(5):
                answers = [site.spa.get(path), site.spa.get(path),
                           site.spa.get(path, **more)]
                assert _reached(site, *answers)[2], more
        for path in ("/", "/en/?token=x", "/en/?Access_Token=x",
                     "/preview/x", "/api/v1/health"):
            answers = [site.spa.get(path) for _ in range(5)]
            assert all(_reached(site, *answers)), path


def no_answer_of_the_one_second_cache_is_a_second_older_than_the_last_write(
        _site):
    with _microcache() as site:
        admin, old = site.admin(), []
        page = admin.post("/api/v1/content/pages", {
            "title": {"en": "Title 0"}, "slug": "changing",
            "status": "published"}).data["id"]
        for number in range(1, 8, 2):
            # Each write meets another part of nginx's second.
            until(lambda n=number: int(time.time() * 8) % 8 == n)
            site.spa.get("/en/changing")
            answer = admin.patch(f"/api/v1/content/pages/{page}", {
                "title": {"en": f"Title {number}"}}, If_Match="*")
            assert answer.status == 200, answer
            written = time.monotonic()

            def changed(n=number, since=written):
                asked = time.monotonic() - since
                if f"Title {n}<" in site.spa.get("/en/changing").text:
                    return True
                old.append((n, asked))
                return False
            until(changed)
        assert old, "nothing was ever kept"
        assert max(age for _, age in old) < 1, old[-1]


run(globals())
