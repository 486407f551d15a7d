#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What the site says of itself: health, jobs, the OpenAPI document."""
import re
import signal

from harness import run, until

SYSTEM = "/api/v1/admin/system-health"


def detailed_health_has_a_word_for_every_part(site):
    answer = site.api.get("/api/v1/health/detailed")
    assert answer.status == 200, answer
    health = answer.json
    assert set(health) == {"status", "version", "environment", "services"}
    assert health["status"] == "healthy" and health["version"] == "2.0.0"
    services = health["services"]
    assert set(services) == {"database", "filesystem", "email"}, services
    assert set(services["database"]) == {
        "status", "type", "response_time_ms"}, services
    assert set(services["filesystem"]) == {
        "status", "database_size_mb", "free_mb"}, services
    assert services["email"] == {"status": "healthy", "queued": 0,
                                 "failed": 0}, services
    assert services["database"]["response_time_ms"] < 1000
    assert site.state not in answer.text


def system_health_is_for_admins(site):
    assert site.api.get(SYSTEM).status == 401
    assert site.staff("editor").get(SYSTEM).status == 403
    health = site.admin().get(SYSTEM).data
    assert health["status"] == "healthy"
    assert {"services", "workers", "jobs", "last_backup", "last_drill",
            "outbox_age_seconds", "certificate", "findings"} <= set(health)
    assert health["certificate"] is None and health["last_drill"] is None
    found = {f["check"]: f for f in health["findings"]}
    assert found["backup"]["what"] == "There is no backup.", found
    assert set(found["backup"]) == {"check", "gravity", "what", "cure",
                                    "since"}, found
    german = site.admin().get(SYSTEM, Accept_Language="de").data["findings"]
    assert "Es gibt keine Sicherung." in [f["what"] for f in german], german


def a_dead_worker_is_gone_from_the_report_within_a_second(site):
    def reported():
        """None if the dying worker took this very question with it."""
        answer = site.admin().get(SYSTEM)
        if answer.status == 503:
            return None
        return {w["pid"] for w in answer.data["workers"]
                if w["pool"] == "app"}

    def seen(what):
        found = reported()
        return found is not None and what(found)
    before = reported()
    assert before == set(site.workers()), (before, site.workers())
    victim = min(before)
    site.kill(victim, signal.SIGKILL)
    until(lambda: seen(lambda found: victim not in found), 1)
    until(lambda: seen(lambda found: len(found) == len(before)), 3)
    for worker in site.admin().get(SYSTEM).data["workers"]:
        assert set(worker) == {"pid", "pool", "memory_kb", "requests"}, worker
        assert worker["pool"] in ("app", "auth")


def jobs_are_listed_and_run_when_asked(site):
    jobs = site.admin().get("/api/v1/admin/jobs").data
    for job in jobs:
        assert {"name", "schedule", "last_run", "next_run",
                "last_error"} <= set(job), job
    name = jobs[0]["name"]
    assert site.admin().post(f"/api/v1/admin/jobs/{name}/run").status == 202
    assert site.admin().post("/api/v1/admin/jobs/none/run").status == 404
    assert site.staff("viewer").get("/api/v1/admin/jobs").status == 403


def an_admin_registers_users_and_nobody_else_does(site):
    body = {"email": "new@example.org", "password": site.PASSWORD,
            "first_name": "New", "last_name": "User", "role": "viewer"}
    assert site.api.post("/api/v1/auth/register", body).status == 401
    assert site.staff("editor").post("/api/v1/auth/register",
                                     body).status == 403
    answer = site.admin().post("/api/v1/auth/register", body)
    assert answer.status == 201 and answer.data["role"] == "viewer", answer
    assert "password" not in answer.text
    again = site.admin().post("/api/v1/auth/register", body)
    assert again.status == 409 and again.code == "EMAIL_TAKEN", again
    assert site.login("new@example.org").get("/api/v1/auth/me").status == 200


def the_openapi_document_names_every_door(site):
    document = site.api.get("/openapi.json").json
    assert document["openapi"].startswith("3.1")
    listed = {(m.upper(), re.sub(r"\{\w+\}", "{}", path))
              for path, doors in document["paths"].items() for m in doors
              if m in ("get", "post", "put", "patch", "delete")}
    told = set()
    for line in site.magnetiq("routes").stdout.splitlines():
        words = line.split()
        if len(words) > 1 and words[1].startswith("/api/v1/"):
            told.add((words[0], re.sub(r"\{\w+\}", "{}", words[1])))
    assert told and told <= listed, sorted(told - listed)
    for path, doors in document["paths"].items():
        for method, door in doors.items():
            if method == "parameters":
                continue
            assert door.get("summary"), (method, path)
            assert door.get("responses"), (method, path)
            names = {p["name"] for p in door.get("parameters", [])
                     if p.get("in") == "path"}
            assert names == set(re.findall(r"\{(\w+)\}", path)), (method, path)


run(globals())
