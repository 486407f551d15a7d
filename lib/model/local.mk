# model: the nouns.
core_sources += \
	lib/model/account.c \
	lib/model/apikey.c \
	lib/model/audit.c \
	lib/model/content.c \
	lib/model/crud.c \
	lib/model/cursor.c \
	lib/model/list.c \
	lib/model/lockout.c \
	lib/model/media.c \
	lib/model/media_adopt.c \
	lib/model/media_change.c \
	lib/model/media_check.c \
	lib/model/media_rendition.c \
	lib/model/media_store.c \
	lib/model/media_upload.c \
	lib/model/menu.c \
	lib/model/menu_data.c \
	lib/model/noun.c \
	lib/model/nouns.c \
	lib/model/outbox.c \
	lib/model/page.c \
	lib/model/page_bulk.c \
	lib/model/page_changes.c \
	lib/model/page_check.c \
	lib/model/page_content.c \
	lib/model/page_public.c \
	lib/model/page_search.c \
	lib/model/page_slug.c \
	lib/model/page_version.c \
	lib/model/print.c \
	lib/model/read.c \
	lib/model/read_map.c \
	lib/model/read_value.c \
	lib/model/record.c \
	lib/model/redirect.c \
	lib/model/reset.c \
	lib/model/search.c \
	lib/model/search_public.c \
	lib/model/session.c \
	lib/model/setting.c \
	lib/model/site.c \
	lib/model/user.c
EXTRA_DIST += \
	lib/model/account.h \
	lib/model/content.h \
	lib/model/cursor.h \
	lib/model/media.h \
	lib/model/noun.h \
	lib/model/page.h \
	lib/model/reading.h \
	lib/model/search.h
