# text: bytes to bytes, no database.
core_sources += \
	lib/text/address.c \
	lib/text/bounded.c \
	lib/text/csv.c \
	lib/text/excerpt.c \
	lib/text/filetype.c \
	lib/text/fold.c \
	lib/text/html.c \
	lib/text/i18n.c \
	lib/text/ical.c \
	lib/text/image.c \
	lib/text/image_gif.c \
	lib/text/image_jpeg.c \
	lib/text/image_strip.c \
	lib/text/letters.c \
	lib/text/markdown.c \
	lib/text/mime.c \
	lib/text/template.c \
	lib/text/template_data.c \
	lib/text/template_parse.c \
	lib/text/template_run.c \
	lib/text/utf8.c \
	lib/text/zone.c
EXTRA_DIST += lib/text/bounded.h lib/text/image.h lib/text/letters.h lib/text/template.h
embed_text += \
	lib/text/files/catalogue/de.txt \
	lib/text/files/passwords.txt \
	lib/text/files/template/letter/invitation.txt \
	lib/text/files/template/letter/password-reset.txt \
	lib/text/files/template/site/blocks.html \
	lib/text/files/template/site/foot.html \
	lib/text/files/template/site/head.html \
	lib/text/files/template/site/list.html \
	lib/text/files/template/site/menu.html \
	lib/text/files/template/site/page.html \
	lib/text/files/template/site/password.html \
	lib/text/files/template/site/picture.html \
	lib/text/files/template/site/problem.html \
	lib/text/files/template/site/search.html \
	lib/text/files/template/site/site.css \
	lib/text/files/template/site/site.js
