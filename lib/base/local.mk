# base: what everything else stands on.
core_sources += \
	lib/base/arena.c \
	lib/base/buf.c \
	lib/base/clock.c \
	lib/base/embed.c \
	lib/base/log.c \
	lib/base/rand.c \
	lib/base/status.c
