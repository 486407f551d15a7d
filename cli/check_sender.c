/* SPDX-License-Identifier: MIT */
/*
 * May this site send letters in the name of its sender's domain?  What the
 * name service says to those who receive them: SPF (RFC 7208), DKIM (RFC 6376)
 * and DMARC (RFC 7489).
 */
#include <string.h>
#include <strings.h>

#include "checks.h"
#include "txt.h"

#define LABELS_MAX	8	/* of a name, up to which DMARC is looked for */

static void
found(struct mag_checkup *k, const char *id, const char *what,
    const char *arg, const char *cure, const char *record)
{

	mag_found(k, (struct mag_finding){ .gravity = MAG_MAJOR, .id = id,
	    .what = what, .arg = arg, .cure = cure, .cure_arg = record });
}

/* Does a record begin with that, as a whole word? */
static bool
begins(const char *record, const char *version, const char *ends)
{
	size_t n = strlen(version);

	return strncasecmp(record, version, n) == 0 &&
	    (record[n] == '\0' || strchr(ends, record[n]) != NULL);
}

/* How many records of a list are of that kind; the first of them. */
static int
count(const char **first, const char *const *list, const char *version,
    const char *ends)
{
	int n = 0;

	for (; *list != NULL; list++)
		if (begins(*list, version, ends) && n++ == 0)
			*first = *list;
	return n;
}

/* Is a term of SPF `all`, with or without one of + - ~ ? before it? */
static bool
is_all(const char *term, size_t n)
{

	if (n == 4 && strchr("+-~?", term[0]) != NULL)
		return strncasecmp(term + 1, "all", 3) == 0;
	return n == 3 && strncasecmp(term, "all", 3) == 0;
}

/*
 * What an SPF record says of all the others: `-` or `~` (not ours), `?`
 * (nothing), `+` (ours), `>` (another record says it).  Behind the first
 * `all` nothing counts.  ${closed} is the record with ~all at its end.
 */
static char
others(const char **closed, struct mag_arena *a, const char *record)
{
	const char *p = record, *text = "";
	char says = '\0', instead = '?';
	size_t n;

	for (; *(p += strspn(p, " ")) != '\0'; p += n) {
		n = strcspn(p, " ");
		if (is_all(p, n)) {
			if (says == '\0')
				says = n == 3 ? '+' : *p;
			continue;
		}
		if (n > 9 && strncasecmp(p, "redirect=", 9) == 0)
			instead = '>';
		text = mag_printf(a, "%s%.*s ", text, (int)n, p);
	}
	*closed = mag_printf(a, "%s~all", text);
	return says != '\0' ? says : instead;
}

static const char *
record_of(struct mag_arena *a, const char *name, const char *text)
{

	return mag_printf(a, "%s. TXT \"%s\"", name, text);
}

/* What would do for a site whose letters leave by SMTP_HOST itself. */
static const char *
usual_spf(struct mag_call *c)
{
	const char *host = c->conf->smtp_host;

	if (host == NULL || strspn(host, "0123456789.") == strlen(host) ||
	    host[0] == '[' || strcmp(host, "localhost") == 0)
		return "v=spf1 mx ~all";
	return mag_printf(c->a, "v=spf1 mx a:%s ~all", host);
}

static void
look_at_spf(struct mag_checkup *k, const char *domain, const char **list)
{
	struct mag_arena *a = k->c->a;
	const char *record = NULL, *closed, *usual = record_of(a, domain,
	    usual_spf(k->c));
	int n = count(&record, list, "v=spf1", " ");
	char says;

	if (n == 0) {
		found(k, "spf", "No SPF record says who sends for %s", domain,
		    "Add %s (or with the include: that your mail provider "
		    "names)", usual);
		return;
	}
	if (n > 1) {
		found(k, "spf", "There is more than one SPF record, so that "
		    "none counts: %s", domain, "Leave one that names all who "
		    "send, such as %s", usual);
		return;
	}
	says = others(&closed, a, record);
	closed = record_of(a, domain, closed);
	if (says == '+')
		found(k, "spf", "SPF lets everybody send for %s", domain,
		    "Change the record to %s", closed);
	else if (says == '?')
		found(k, "spf", "SPF does not say that others may not send "
		    "for %s", domain, "Change the record to %s", closed);
}

/* The value of a tag in `a=b; c=d`; NULL if it has none. */
static const char *
tag(struct mag_arena *a, const char *record, const char *name)
{
	const char *p = record;
	size_t n = strlen(name), len;

	for (;; p++) {
		p += strspn(p, " \t");
		len = strcspn(p, ";");
		if (strncasecmp(p, name, n) == 0) {
			size_t gap = n + strspn(p + n, " \t");

			if (p[gap] == '=') {
				gap += 1 + strspn(p + gap + 1, " \t");
				return mag_dup(a, p + gap, len - gap);
			}
		}
		p += len;
		if (*p == '\0')
			return NULL;
	}
}

static bool
is_policy(struct mag_arena *a, const char *record)
{
	const char *p = tag(a, record, "p");

	return p != NULL && (begins(p, "none", " \t") ||
	    begins(p, "quarantine", " \t") || begins(p, "reject", " \t"));
}

/* A domain without a record of its own has that of those above it. */
static bool
look_at_dmarc(struct mag_checkup *k, const char *domain)
{
	struct mag_arena *a = k->c->a;
	const char *name, *record = NULL, **list, *at = domain;
	const char *good = record_of(a, mag_printf(a, "_dmarc.%s", domain),
	    "v=DMARC1; p=none");
	int i, n = 0;

	for (i = 0; i < LABELS_MAX && n == 0 && strchr(at, '.') != NULL; i++) {
		name = mag_printf(a, "_dmarc.%s", at);
		if ((list = txt_ask(a, k->c->conf->dns_server, name)) == NULL)
			return false;
		n = count(&record, list, "v=DMARC1", "; ");
		at = strchr(at, '.') + 1;
	}
	if (n == 0)
		found(k, "dmarc", "No DMARC record says what becomes of "
		    "forged letters of %s", domain, "Add %s", good);
	else if (n > 1)
		found(k, "dmarc", "There is more than one DMARC record, so "
		    "that none counts: %s", domain, "Leave only %s", good);
	else if (!is_policy(a, record))
		found(k, "dmarc", "The DMARC record has no p=none, "
		    "p=quarantine or p=reject: %s", domain,
		    "Change it to %s", good);
	return true;
}

static bool
look_at_dkim(struct mag_checkup *k, const char *domain)
{
	struct mag_call *c = k->c;
	const char *name, **list, *key, *cure;

	if (c->conf->smtp_dkim_selector == NULL)
		return true;
	name = mag_printf(c->a, "%s._domainkey.%s",
	    c->conf->smtp_dkim_selector, domain);
	if ((list = txt_ask(c->a, c->conf->dns_server, name)) == NULL)
		return false;
	cure = record_of(c->a, name, "v=DKIM1; k=rsa; p=KEY");
	for (; *list != NULL; list++)
		if ((key = tag(c->a, *list, "p")) != NULL) {
			if (*key == '\0')
				found(k, "dkim", "The DKIM key has been "
				    "revoked, its p= is empty: %s", name,
				    "Change it to %s, KEY being the public "
				    "key that your mail server shows", cure);
			return true;
		}
	found(k, "dkim", "There is no DKIM key: %s", name, "Add %s, KEY being "
	    "the public key that your mail server shows; or correct "
	    "SMTP_DKIM_SELECTOR", cure);
	return true;
}

void
check_sender(struct mag_checkup *k)
{
	const struct mag_conf *conf = k->c->conf;
	const char *domain, **list;

	if (conf->environment != MAG_PRODUCTION ||
	    conf->smtp_from_email == NULL)
		return;
	domain = strrchr(conf->smtp_from_email, '@') + 1;
	list = txt_ask(k->c->a, conf->dns_server, domain);
	if (list != NULL)
		look_at_spf(k, domain, list);
	if (list == NULL || !look_at_dmarc(k, domain) ||
	    !look_at_dkim(k, domain))
		mag_found(k, (struct mag_finding){ .gravity = MAG_MINOR,
		    .id = "unasked", .what = "The name service could not be "
		    "asked about the sender's domain: %s", .arg = domain,
		    .cure = "Correct /etc/resolv.conf, or set DNS_SERVER; "
		    "dig +tcp TXT %s shows what is there", .cure_arg = domain });
}
