/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/i18n.h -- sentences in the reader's language, and which language
 * that is.
 *
 * Sentences stand in the source in English.  lib/text/files/catalogue/de.txt
 * has each of them on a line, and its German on the next one after a tab.
 * A file catalogue/<lang>.txt in TEMPLATE_DIR adds to it and wins.
 */
#ifndef MAGNETIQ_I18N_H
#define MAGNETIQ_I18N_H

#include <magnetiq/arena.h>
#include <magnetiq/status.h>

/** mag_i18n_init(dir): where to look for more catalogues; NULL: nowhere. */
MAG_API void	mag_i18n_init(const char *template_dir);
/** mag_tr(lang, message): the sentence in ${lang}; itself if there is none. */
MAG_API const char *mag_tr(const char *lang, const char *message);
/** mag_tr_fill(a, lang, message, arg): the same, ${arg} in place of its %s. */
MAG_API char	*mag_tr_fill(struct mag_arena *, const char *lang,
    const char *message, const char *arg) MAG_CHECK;

/**
 * mag_accept_language(header, languages, preset): of ${languages} (ends with
 * NULL) the one that the header wants most (RFC 9110 12.5.4; de-AT is
 * content with de), or ${preset}.
 */
MAG_API const char *mag_accept_language(const char *header,
    const char *const *languages, const char *preset);

#endif
