#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What pages of other origins may read; folders without their slash."""
from harness import Client, run

PARTNER = "https://partner.example"
ME = "/api/v1/auth/me"
LOGIN = "/api/v1/auth/login"
ALLOW = "Access-Control-Allow-Origin"


def _asked(site, method, path, origin, **more):
    return site.api.request(method, path, None, {"Origin": origin, **more})


def what_is_public_is_for_every_origin(site):
    for path, status in (("settings", 200), ("pages", 200), ("pages/x", 404),
                         ("pages?x=1", 422)):
        for _ in range(2):      # the second may come from what is kept
            answer = _asked(site, "GET", "/api/v1/public/" + path,
                            "https://evil.example")
            assert answer.status == status, answer
            assert answer.header(ALLOW) == "*", answer
    tag = site.api.get("/api/v1/public/settings").header("ETag")
    answer = _asked(site, "GET", "/api/v1/public/settings", PARTNER,
                    **{"If-None-Match": tag})
    assert answer.status == 304 and answer.header(ALLOW) == "*", answer


def the_rest_is_for_origins_that_are_named(site):
    here = [PARTNER, f"http://localhost:{site.spa_port}",
            "http://127.0.0.1:3000"]
    for origin in here + ["https://evil.example", "null", PARTNER + ".evil",
                          "http://localhost.evil", "https://localhost:8036",
                          "localhost"]:
        for method, path, status in (
                ("GET", ME, 401), ("GET", "/api/v1/health", 200),
                ("GET", "/api/v1/nowhere", 404), ("PUT", ME, 405),
                ("POST", LOGIN, 400), ("OPTIONS", ME, 204)):
            answer = _asked(site, method, path, origin)
            assert answer.status == status, answer
            local = origin == "https://localhost:8036"
            expected = origin if origin in here or local else None
            assert answer.header(ALLOW) == expected, (origin, answer)
            assert "Origin" in answer.header("Vary"), answer
            assert answer.header("Access-Control-Allow-Credentials") is None


def a_browser_may_ask_before_it_asks(site):
    answer = _asked(site, "OPTIONS", LOGIN, PARTNER, **{
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type"})
    assert answer.status == 204 and answer.body == b"", answer
    assert answer.header(ALLOW) == PARTNER, answer
    assert "POST" in answer.header("Access-Control-Allow-Methods"), answer
    for name in ("Content-Type", "Authorization", "If-Match",
                 "Idempotency-Key", "Accept-Language"):
        assert name in answer.header("Access-Control-Allow-Headers"), name
    answer = _asked(site, "GET", "/api/v1/health", PARTNER)
    for name in ("ETag", "Location", "X-Request-ID", "Retry-After"):
        assert name in answer.header("Access-Control-Expose-Headers"), name


def a_folder_without_its_slash_is_no_redirect(site):
    for port in (site.spa_port, site.api_port):
        for path in ("/api", "/api/v1", "/api/v1/auth", "/api/v1/public",
                     "/api/", "/api/v1/auth/"):
            for method in ("GET", "POST"):
                answer = Client(port).request(method, path)
                assert answer.status == 404, (path, answer)
                assert answer.code == "NOT_FOUND", answer


run(globals(), "--no-demo", env={"ALLOWED_ORIGINS": PARTNER})
