#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What a restore does not take back: letters that went out, words said since."""
import contextlib
import fcntl
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

from harness import run, until
from jobs_done import all_letters, letters
from moments import at

DAY = 86400
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


class _Now:
    """How far the site's clock is ahead; it never goes back."""
    ahead = 0


def _at(seconds):
    return at(_Now.ahead + seconds, "%M:%S")


def _later(site, seconds):
    """So much later, and the jobs process has looked at it twice."""
    _Now.ahead += seconds
    site.set_clock(_Now.ahead)
    _looked(site)


def _looked(site):
    for job in ("webinars", "bookings") * 2:
        stamp = _at(0).replace("T", " ")[:-1]
        site.ask_job(job)
        until(lambda j=job, t=stamp: site.rows(
            "SELECT 1 FROM jobs WHERE name = ? AND last_run >= ?", j, t), 30)


def _admin(site):
    site.admin()
    return site.login()


def _webinar(site, seconds):
    answer = _admin(site).post("/api/v1/business/webinars", {
        "title": {"en": "w"}, "scheduled_at": _at(seconds)})
    assert answer.status == 201, answer.text
    return answer.data["id"]


def _register(site, webinar, name):
    answer = site.spa.post(f"/api/v1/business/webinars/{webinar}/register", {
        "first_name": "Ada", "last_name": "L", "privacy_consent": True,
        "email": f"{name}@example.org"})
    assert answer.status == 201, answer.text
    return site.rows("SELECT max(id) AS id FROM webinar_registrations"
                     )[0]["id"]


def _backup(site):
    return site.magnetiq("backup").stdout.strip()


def _subjects(site, name):
    all_letters(site)
    return [m["Subject"] for m in letters(site, f"{name}@example.org")]


def a_letter_that_left_after_the_backup_does_not_leave_again(site):
    """Nor stays what it said: there may be a link in it that opens doors."""
    webinar = _webinar(site, 30 * DAY)
    site.kill(site.pid("jobs"), signal.SIGSTOP)
    _register(site, webinar, "once")
    path = _backup(site)
    site.kill(site.pid("jobs"), signal.SIGCONT)
    assert len(_subjects(site, "once")) == 1
    site.magnetiq("restore", path)
    row, = site.rows("SELECT state, data, sent_at FROM outbox"
                     " WHERE recipient = 'once@example.org'")
    assert (row["state"], row["data"]) == ("sent", "{}") and row["sent_at"], row
    assert len(_subjects(site, "once")) == 1
    site.magnetiq("verify")


def a_letter_that_was_on_its_way_is_in_doubt(site):
    """It may have arrived; who looks at the outbox is told so."""
    webinar = _webinar(site, 30 * DAY)
    site.kill(site.pid("jobs"), signal.SIGSTOP)
    _register(site, webinar, "doubt")
    path = _backup(site)
    site.sql("UPDATE outbox SET state = 'sending', begun = 1"
             " WHERE recipient = 'doubt@example.org'")
    site.magnetiq("restore", path)
    site.kill(site.pid("jobs"), signal.SIGCONT)
    assert len(_subjects(site, "doubt")) == 1
    row, = site.rows("SELECT in_doubt, state FROM outbox"
                     " WHERE recipient = 'doubt@example.org'")
    assert row == {"in_doubt": 1, "state": "sent"}, row


def _kinds(site, name):
    return [r["template"] for r in site.rows(
        "SELECT template FROM outbox WHERE recipient = ? ORDER BY id",
        f"{name}@example.org")]


def a_reminder_that_left_after_the_backup_is_not_written_again(site):
    webinar = _webinar(site, 10 * DAY)
    _register(site, webinar, "reminded")
    path = _backup(site)
    _later(site, 4 * DAY)
    assert _kinds(site, "reminded") == ["webinar-confirmed",
                                        "webinar-reminder-week"]
    site.magnetiq("restore", path)
    _looked(site)
    assert _kinds(site, "reminded") == ["webinar-confirmed"]
    _later(site, 5 * DAY)
    assert _kinds(site, "reminded") == ["webinar-confirmed",
                                        "webinar-reminder-days"]


def who_was_told_of_an_edition_or_briefed_is_not_told_again(site):
    """What letters leave behind in rows comes along, where it is still true."""
    webinar = _webinar(site, 20 * DAY)
    paper = site.sql("INSERT INTO whitepapers (title, slug, edition) VALUES"
                     " ('{}', 'kept', 2)")
    other = site.sql("INSERT INTO whitepapers (title, slug, edition) VALUES"
                     " ('{}', 'kept-one', 1)")
    rows = [site.sql("INSERT INTO whitepaper_downloads (whitepaper_id, email)"
                     " VALUES (?, 'told@example.org')", p)
            for p in (paper, other)]
    path = _backup(site)
    site.sql("UPDATE whitepaper_downloads SET told_edition = 2 WHERE id IN"
             " (?, ?)", *rows)
    site.sql("UPDATE whitepapers SET edition = 2 WHERE id = ?", other)
    site.sql("UPDATE webinars SET briefed_at = '2026-01-01 00:00:00',"
             " summarized_at = '2026-01-02 00:00:00' WHERE id = ?", webinar)
    site.magnetiq("restore", path)
    assert site.rows("SELECT briefed_at, summarized_at FROM webinars"
                     " WHERE id = ?", webinar) == [
                         {"briefed_at": "2026-01-01 00:00:00",
                          "summarized_at": "2026-01-02 00:00:00"}]
    assert [site.rows("SELECT told_edition AS n FROM whitepaper_downloads"
                      " WHERE id = ?", r)[0]["n"] for r in rows] == [2, 0]


def no_letter_leaves_while_a_restore_is_at_work(site):
    """It has looked already: what leaves now would leave again."""
    webinar = _webinar(site, 30 * DAY)
    with open(site.state + "/sending.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _register(site, webinar, "waits")
        time.sleep(2)           # twice as long as a letter takes
        assert letters(site, "waits@example.org") == []
    assert len(_subjects(site, "waits")) == 1


def _free(path):
    with open(path, "a", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def no_letter_begins_while_a_restore_waits(site):
    webinar = _webinar(site, 30 * DAY)
    with open(site.state + "/sending-next.lock", "a", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _register(site, webinar, "next")
        time.sleep(2)           # twice as long as a letter takes
        assert letters(site, "next@example.org") == []
    assert len(_subjects(site, "next")) == 1


def a_restore_waits_for_letters_that_are_being_sent(site):
    path = _backup(site)
    with open(site.state + "/sending.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with ThreadPoolExecutor(1) as pool:
            done = pool.submit(site.magnetiq, "restore", path)
            # The next batch of letters does not come before it.
            until(lambda: not _free(site.state + "/sending-next.lock"))
            time.sleep(1)
            assert not done.done()
            fcntl.flock(lock, fcntl.LOCK_UN)
            assert "what the backup says" in done.result().stderr


@contextlib.contextmanager
def _halted_restore(site):
    """A restore that has read the site and not yet taken its place: a medium
    that it compares is a pipe, and nothing comes out of it until we are done.
    Gives a list that holds what the restore said."""
    medium = _admin(site).upload("/api/v1/content/media", PDF, "a.pdf").data
    row, = site.rows("SELECT file_path FROM media_files WHERE id = ?",
                     medium["id"])
    path = _backup(site)
    file = os.path.join(site.env["UPLOAD_DIR"], row["file_path"])
    os.unlink(file)
    os.mkfifo(file)
    said = []
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(site.magnetiq, "restore", path, check=False)
        with open(file, "wb"):          # opens once it is read
            yield said
        said.append(done.result())


def what_people_say_while_a_restore_is_at_work_is_kept(site):
    out = _admin(site)
    with _halted_restore(site) as said:
        assert out.post("/api/v1/auth/logout").status in (200, 204)
        site.sql("INSERT INTO suppressions VALUES (?, 'unsubscribed',"
                 " '2026-01-01 00:00:00')", "cd" * 32)
        lost = site.sql("INSERT INTO subscribers (email, email_folded,"
                        " language, requested_at) VALUES ('l', 'l', 'en',"
                        " '2026-01-01 00:00:00')")
    assert said[0].returncode == 0, said
    assert out.get("/api/v1/auth/me").status == 401
    assert site.rows("SELECT 1 FROM suppressions WHERE address_mac = ?",
                     "cd" * 32)
    assert site.sql("INSERT INTO subscribers (email, email_folded, language,"
                    " requested_at) VALUES ('n', 'n', 'en',"
                    " '2026-01-01 00:00:00')") > lost


def who_is_erased_while_a_restore_is_at_work_does_not_come_back(site):
    webinar = _webinar(site, 30 * DAY)
    _register(site, webinar, "forget")
    all_letters(site)
    with _halted_restore(site) as said:
        site.magnetiq("privacy", "erase", "forget@example.org")
    assert said[0].returncode == 1, said
    assert "was erased while this was at work" in said[0].stderr, said
    assert not site.rows("SELECT 1 FROM webinar_registrations"
                         " WHERE email LIKE 'forget%'")
    assert site.spa.get("/api/v1/health").status == 200


def the_number_of_a_lost_row_is_not_given_to_another(site):
    webinar = _webinar(site, 30 * DAY)
    path = _backup(site)
    lost = _register(site, webinar, "lost")
    site.magnetiq("restore", path)
    assert _register(site, webinar, "next") > lost


def who_wants_no_letters_since_the_backup_gets_none(site):
    path = _backup(site)
    site.sql("INSERT INTO suppressions VALUES (?, 'unsubscribed',"
             " '2026-01-01 00:00:00')", "ab" * 32)
    site.magnetiq("restore", path)
    assert site.rows("SELECT 1 FROM suppressions WHERE address_mac = ?",
                     "ab" * 32)


def who_signed_out_since_the_backup_stays_so(site):
    out, stays = _admin(site), site.login()
    path = _backup(site)
    assert out.post("/api/v1/auth/logout").status in (200, 204)
    site.magnetiq("restore", path)
    assert out.get("/api/v1/auth/me").status == 401
    assert stays.get("/api/v1/auth/me").status == 200


run(globals(), "--no-demo")
