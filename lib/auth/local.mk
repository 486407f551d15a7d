# auth: mechanisms only.
core_sources += \
	lib/auth/jwt.c \
	lib/auth/key.c \
	lib/auth/password.c \
	lib/auth/policy.c \
	lib/auth/role.c \
	lib/auth/secret.c \
	lib/auth/token.c \
	lib/auth/work.c
