# Unit tests: one program, one suite a file, listed in t/unit/suites.def.
include t/fcgi/local.mk
include t/fixtures/local.mk
include t/fuzz/local.mk
include t/jobs/local.mk
include t/unit/local.mk
include t/lint/local.mk
include t/e2e/local.mk
include t/bench/local.mk

EXTRA_DIST += .ci/run .shellcheckrc
