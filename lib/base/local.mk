# base: what everything else stands on.
core_sources += \
	lib/base/arena.c \
	lib/base/board.h \
	lib/base/buf.c \
	lib/base/clock.c \
	lib/base/conf.c \
	lib/base/conf_check.c \
	lib/base/conf_env.c \
	lib/base/conf_kind.c \
	lib/base/conf_net.c \
	lib/base/conf_print.c \
	lib/base/disk.c \
	lib/base/embed.c \
	lib/base/limit.c \
	lib/base/log.c \
	lib/base/metrics.c \
	lib/base/net.c \
	lib/base/pace.c \
	lib/base/progress.c \
	lib/base/rand.c \
	lib/base/scoreboard.c \
	lib/base/settings.def \
	lib/base/settings.h \
	lib/base/status.c \
	lib/base/tally.c
