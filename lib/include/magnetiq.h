/* SPDX-License-Identifier: MIT */
/* magnetiq.h -- all of libmagnetiq. */
#ifndef MAGNETIQ_H
#define MAGNETIQ_H

#include <magnetiq/account.h>
#include <magnetiq/apikey.h>
#include <magnetiq/arena.h>
#include <magnetiq/audit.h>
#include <magnetiq/call.h>
#include <magnetiq/clock.h>
#include <magnetiq/conf.h>
#include <magnetiq/csv.h>
#include <magnetiq/db.h>
#include <magnetiq/embed.h>
#include <magnetiq/excerpt.h>
#include <magnetiq/fold.h>
#include <magnetiq/html.h>
#include <magnetiq/i18n.h>
#include <magnetiq/ical.h>
#include <magnetiq/image.h>
#include <magnetiq/json.h>
#include <magnetiq/jwt.h>
#include <magnetiq/lead.h>
#include <magnetiq/legacy.h>
#include <magnetiq/letter.h>
#include <magnetiq/limit.h>
#include <magnetiq/limits.h>
#include <magnetiq/log.h>
#include <magnetiq/markdown.h>
#include <magnetiq/media.h>
#include <magnetiq/menu.h>
#include <magnetiq/migrate.h>
#include <magnetiq/mime.h>
#include <magnetiq/noun.h>
#include <magnetiq/once.h>
#include <magnetiq/ops.h>
#include <magnetiq/outbox.h>
#include <magnetiq/page.h>
#include <magnetiq/password.h>
#include <magnetiq/rand.h>
#include <magnetiq/role.h>
#include <magnetiq/schema.h>
#include <magnetiq/scoreboard.h>
#include <magnetiq/search.h>
#include <magnetiq/session.h>
#include <magnetiq/setting.h>
#include <magnetiq/status.h>
#include <magnetiq/template.h>
#include <magnetiq/token.h>
#include <magnetiq/user.h>
#include <magnetiq/utf8.h>
#include <magnetiq/webinar.h>
#include <magnetiq/when.h>
#include <magnetiq/whitepaper.h>
#include <magnetiq/zone.h>

#endif
