/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/speaker.h -- who speaks at webinars, and the topics that webinars
 * are sessions of.
 *
 * A webinar stays one flat row: both are references that it may have.
 */
#ifndef MAGNETIQ_SPEAKER_H
#define MAGNETIQ_SPEAKER_H

#include <magnetiq/noun.h>

#define MAG_SPEAKERS_MAX	20	/* of one webinar */

extern MAG_API struct mag_noun mag_speaker;
extern MAG_API struct mag_noun mag_topic;

/**
 * mag_webinar_speakers(out, n, c, webinar): those who are not deleted, in
 * their order; ${out} has room for MAG_SPEAKERS_MAX.
 */
MAG_API enum mag_status mag_webinar_speakers(struct mag_record **out,
    size_t *n, struct mag_call *, const struct mag_record *webinar) MAG_CHECK;
/** mag_topic_public(out, c, slug): one that strangers may see. */
MAG_API enum mag_status mag_topic_public(struct mag_record **out,
    struct mag_call *, const char *slug) MAG_CHECK;

#endif
