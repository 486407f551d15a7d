# json: strict parsing with limits, printing.
core_sources += \
	lib/json/equal.c \
	lib/json/node.h \
	lib/json/parse.c \
	lib/json/path.c \
	lib/json/path.h \
	lib/json/print.c \
	lib/json/read.c \
	lib/json/scan.c \
	lib/json/scan.h
