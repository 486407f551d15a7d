/* SPDX-License-Identifier: MIT */
/* Fuzzes letters: what a stranger typed stands in each place it can reach. */
#include <assert.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include <magnetiq/html.h>
#include <magnetiq/mime.h>

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* The headers are ours and no others, each line of them short or one word. */
static void
check_head(const char *p)
{
	static const char *const ours[] = {
		"Date: ", "From: ", "Reply-To: ", "To: ", "Subject: ",
		"Message-ID: ", "Content-Language: ", "List-Unsubscribe: ",
		"List-Unsubscribe-Post: ", "Auto-Submitted: ",
		"MIME-Version: ", "Content-Type: ",
	};
	size_t i = 0, n;

	for (; strncmp(p, "\r\n", 2) != 0; p += n + 2) {
		n = (size_t)(strstr(p, "\r\n") - p);
		assert(memchr(p, '\n', n) == NULL && memchr(p, '\r', n) == NULL);
		if (*p == ' ')
			continue;
		while (i < sizeof(ours) / sizeof(ours[0]) &&
		    strncmp(p, ours[i], strlen(ours[i])) != 0)
			i++;
		assert(i < sizeof(ours) / sizeof(ours[0]));
	}
}

/* Lines end in CRLF and are no longer than RFC 5322 allows. */
static void
check_lines(const char *p, size_t n)
{
	const char *end = p + n, *stop;

	for (; p < end; p = stop + 1) {
		stop = memchr(p, '\n', (size_t)(end - p));
		assert(stop != NULL && stop > p && stop[-1] == '\r');
	}
}

/* Taken apart again it says the same; and so it does of any bytes at all. */
static void
check_read(struct mag_arena *a, const struct mag_buf *b, const char *html)
{
	struct mag_letter got;

	mag_letter_read(&got, a, b->p, b->len);
	assert(got.to != NULL && got.subject != NULL);
	assert(strpbrk(got.subject, "\r\n") == NULL);
	assert(got.text != NULL && got.html != NULL);
	assert(strchr(html, '\r') != NULL ||
	    strncmp(got.html, html, strlen(html)) == 0);
}

static void
print(struct mag_arena *a, const char *s, const char *html)
{
	struct mag_letter l = {
		.from_name = s, .from_email = "a@example.org",
		.reply_name = s, .reply_to = s, .to = s, .subject = s,
		.message_id = s, .language = s, .unsubscribe = s, .text = s,
		.html = html, .calendar = s, .calendar_method = "REQUEST"
	};
	struct mag_buf b;

	mag_buf_init(&b, a, 1024);
	mag_letter_print(&b, &l);
	check_head(b.p);
	check_lines(b.p, b.len);
	check_read(a, &b, html);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mag_arena *a = mag_arena_new(64 * 1024 * 1024);
	const char *s = mag_dup(a, data, size);
	struct mag_letter read;
	struct mag_buf html, text;

	/* As a template writes it, and as no template would. */
	mag_buf_init(&html, a, 64);
	mag_buf_init(&text, a, 64);
	mag_buf_adds(&html, "<p>");
	mag_buf_html(&html, s, strlen(s));
	mag_buf_adds(&html, "</p>");
	mag_html_letter(&text, html.p, html.len);
	assert(strstr(text.p, "\n\n\n") == NULL);
	mag_html_letter(&text, (const char *)data, size);
	print(a, s, html.p);
	mag_letter_read(&read, a, (const char *)data, size);
	mag_arena_free(a);
	return 0;
}
