/* SPDX-License-Identifier: MIT */
/* Commands about a whole site: its settings, its routes, its health. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <magnetiq/template.h>

#include "../fcgi-app/doors.h"
#include "../jobs/egress/probe.h"
#include "command.h"

int
command_gen_secret(struct command_state *s)
{

	puts(mag_rand_token(s->a, 48));
	return EXIT_DONE;
}

static void
show(struct command_state *s)
{
	const struct mag_setting_doc *d;
	char text[4096];

	for (d = mag_conf_docs(); d->name != NULL; d++)
		if (mag_conf_text(s->conf, d->name, text, sizeof(text)) != NULL)
			printf("%s=%s\n", d->name, text);
}

/* What would be wrong with letters only when one is due. */
static bool
letters_are_good(struct command_state *s)
{
	struct mag_buf b;

	mag_buf_init(&b, s->a, 256);
	mag_template_init(s->conf->template_dir);
	mag_letter_check(&b, s->a);
	print_report(&b);
	return b.len == 0;
}

int
command_config(struct command_state *s)
{
	char error[512];
	bool showing = flag(s, "show"), checking = flag(s, "check");

	if (showing == checking || !rest(s, 0))
		return fail_use("config takes show or check");
	if (mag_conf_read(&s->conf, error, sizeof(error)) != MAG_OK) {
		say("magnetiq: %s", error);
		return EXIT_FAILED;
	}
	if (showing)
		show(s);
	else if (mag_conf_prepare(s->conf, error, sizeof(error)) != MAG_OK) {
		say("magnetiq: %s", error);
		return EXIT_FAILED;
	} else if (!letters_are_good(s))
		return EXIT_FAILED;
	else
		say("The settings are right.");
	return EXIT_DONE;
}

static const char *const role_names[MAG_ROLE__MAX] = {
	"anybody", "viewer", "editor", "admin"
};
static const char *const method_names[METHOD__MAX] = {
	"GET", "POST", "PUT", "PATCH", "DELETE"
};

/* nginx chooses the pool by path alone, so each path stands once. */
static void
print_nginx_auth(void)
{
	size_t i;

	for (i = 0; i < ndoors; i++)
		if (doors[i].flags & R_HASHES)
			printf("%s\n", doors[i].path);
}

int
command_routes(struct command_state *s)
{
	bool json = flag(s, "--json"), nginx = flag(s, "--nginx-auth");
	size_t i;

	if (!rest(s, 0))
		return fail_use("routes takes no arguments");
	if (nginx) {
		print_nginx_auth();
		return EXIT_DONE;
	}
	if (json)
		putchar('[');
	for (i = 0; i < ndoors; i++)
		if (json)
			printf("%s{\"method\":\"%s\",\"path\":\"%s\","
			    "\"who\":\"%s\",\"summary\":\"%s\",\"hashes\":%s}",
			    i > 0 ? ",\n" : "", method_names[doors[i].method],
			    doors[i].path, role_names[doors[i].who],
			    doors[i].summary,
			    doors[i].flags & R_HASHES ? "true" : "false");
		else
			printf("%-7s %-60s %-8s %s\n",
			    method_names[doors[i].method], doors[i].path,
			    role_names[doors[i].who], doors[i].summary);
	if (json)
		puts("]");
	return EXIT_DONE;
}

int
command_openapi(struct command_state *s)
{
	struct mag_buf b;

	if (!rest(s, 0))
		return fail_use("openapi takes no arguments");
	mag_buf_init(&b, s->a, 64 * 1024);
	openapi_print(&b, s->conf->site_url);
	puts(b.p);
	return EXIT_DONE;
}

/* Where nginx is elsewhere, as among containers, API_SOCKET names the pool to
 * ask instead. */
static const char *
usual_socket(void)
{
	const char *path = getenv("API_SOCKET");

	return getenv("API_PORT") != NULL || path == NULL || path[0] == '\0' ?
	    NULL : path;
}

bool
site_is_well(struct command_state *s, const char *path)
{
	const char *pool = usual_socket();

	if (pool != NULL)
		return ask_socket(s, pool, path, NULL) == EXIT_DONE;
	return egress_is_well(egress_site_port(s->conf), path);
}

bool
site_has_database(struct command_state *s)
{
	static const char path[] = "/api/v1/health/detailed";
	static const char text[] = "\"database\":{\"status\":\"healthy\"";
	const char *pool = usual_socket();

	if (pool != NULL)
		return socket_says(s, pool, path, text);
	return egress_says(egress_site_port(s->conf), path, text);
}

int
command_healthcheck(struct command_state *s)
{
	const char *port = option(s, "--port");
	const char *socket_path = option(s, "--socket");
	const char *version = option(s, "--version");
	const char *path = s->argc > 0 ? s->argv[0] : "/api/v1/health";
	int n;

	if (s->argc > 1 || path[0] != '/' || (port != NULL &&
	    socket_path != NULL) || (socket_path == NULL &&
	    (version != NULL || s->argc > 0)))
		return fail_use("healthcheck takes --port, or --socket with "
		    "--version and an address");
	if (socket_path != NULL)
		return ask_socket(s, socket_path, path, version);
	if (port == NULL && usual_socket() != NULL)
		return site_is_well(s, path) ? EXIT_DONE : EXIT_FAILED;
	n = port == NULL ? egress_site_port(s->conf) :
	    (int)strtol(port, NULL, 10);
	if (n > 0 && n < 65536 && egress_is_well(n, "/api/v1/health"))
		return EXIT_DONE;
	say("magnetiq: nobody who is well answers on port %d", n);
	return EXIT_FAILED;
}
