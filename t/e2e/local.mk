# e2e: whole sites; t/run runs them, make check does not.
EXTRA_DIST += t/run t/e2e/harness.py
EXTRA_DIST += t/e2e/10-sign-in.py
EXTRA_DIST += t/e2e/30-media.py
EXTRA_DIST += t/e2e/60-running.py
EXTRA_DIST += t/e2e/61-settings.py
EXTRA_DIST += t/e2e/20-pages.py
EXTRA_DIST += t/e2e/25-search.py
EXTRA_DIST += t/e2e/26-settings.py
