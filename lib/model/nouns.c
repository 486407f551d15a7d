/* SPDX-License-Identifier: MIT */
/* All nouns, by name: what OpenAPI, export and the tests walk through. */
#include <magnetiq/apikey.h>
#include <magnetiq/audit.h>
#include <magnetiq/booking.h>
#include <magnetiq/consent.h>
#include <magnetiq/lead.h>
#include <magnetiq/media.h>
#include <magnetiq/menu.h>
#include <magnetiq/miss.h>
#include <magnetiq/noun.h>
#include <magnetiq/outbox.h>
#include <magnetiq/page.h>
#include <magnetiq/session.h>
#include <magnetiq/speaker.h>
#include <magnetiq/subscriber.h>
#include <magnetiq/user.h>
#include <magnetiq/webhook.h>
#include <magnetiq/webinar.h>
#include <magnetiq/whitepaper.h>

struct mag_noun *const *
mag_nouns(void)
{
	static struct mag_noun *const nouns[] = {
		&mag_apikey,
		&mag_audit_noun,
		&mag_booking,
		&mag_consent_noun,
		&mag_consultant,
		&mag_delivery,
		&mag_download,
		&mag_lead,
		&mag_letter_noun,
		&mag_media,
		&mag_menu,
		&mag_miss,
		&mag_page,
		&mag_redirect,
		&mag_registration,
		&mag_session,
		&mag_speaker,
		&mag_subscriber,
		&mag_topic,
		&mag_user,
		&mag_webhook,
		&mag_webinar,
		&mag_whitepaper,
		NULL
	};

	return nouns;
}
