/* SPDX-License-Identifier: MIT */
/*
 * The child that decodes pictures, called as jobs calls it: a picture on
 * stdin, sizes as arguments, files from descriptor 3 on.  Speaks TAP.
 */
#define _GNU_SOURCE		/* memfd_create */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gd.h>

#include "../../jobs/image.h"

static int count;

static void
tell(bool good, const char *name)
{

	printf("%sok %d - %s\n", good ? "" : "not ", ++count, name);
}

/* Four quarters: red, green, blue, white, as one reads. */
static int
quarters(void)
{
	gdImagePtr im = gdImageCreateTrueColor(80, 40);
	int fd = memfd_create("in", 0), size;
	void *p;

	gdImageFilledRectangle(im, 0, 0, 39, 19, 0xff0000);
	gdImageFilledRectangle(im, 40, 0, 79, 19, 0x00ff00);
	gdImageFilledRectangle(im, 0, 20, 39, 39, 0x0000ff);
	gdImageFilledRectangle(im, 40, 20, 79, 39, 0xffffff);
	p = gdImagePngPtr(im, &size);
	if (write(fd, p, (size_t)size) != size)
		abort();
	gdFree(p);
	gdImageDestroy(im);
	return fd;
}

/* How the child ends that gets this input. */
static int
run(int in, int out, const char *orientation, const char *size)
{
	static char name[] = "image", option[] = "--image", type[] = "image/png";
	char *argv[] = { name, option, type, (char *)orientation, (char *)size,
	    NULL };
	int status;
	pid_t pid;

	(void)fflush(stdout);
	(void)lseek(in, 0, SEEK_SET);
	if ((pid = fork()) == 0) {
		(void)dup2(in, STDIN_FILENO);
		(void)dup2(out, 3);
		_exit(image_main(5, argv));
	}
	(void)waitpid(pid, &status, 0);
	return status;
}

static char
colour(gdImagePtr im, int x, int y)
{
	int c = gdImageGetPixel(im, x, y);
	bool red = (c >> 16 & 255) > 128, green = (c >> 8 & 255) > 128;
	bool blue = (c & 255) > 128;

	return red && green && blue ? 'W' : red ? 'R' : green ? 'G' :
	    blue ? 'B' : '?';
}

/* The quarters of what came out, as one reads. */
static bool
shows(int fd, int width, int height, const char *want)
{
	char seen[5] = "", file[65536];
	ssize_t n = pread(fd, file, sizeof(file), 0);
	gdImagePtr im = gdImageCreateFromWebpPtr((int)n, file);
	bool good;

	if (im == NULL)
		return false;
	seen[0] = colour(im, width / 4, height / 4);
	seen[1] = colour(im, width * 3 / 4, height / 4);
	seen[2] = colour(im, width / 4, height * 3 / 4);
	seen[3] = colour(im, width * 3 / 4, height * 3 / 4);
	good = gdImageSX(im) == width && gdImageSY(im) == height &&
	    strcmp(seen, want) == 0;
	gdImageDestroy(im);
	return good;
}

static void
all_ways_up(void)
{
	static const char *const want[] = { "RGBW", "GRWB", "WBGR", "BWRG",
	    "RBGW", "BRWG", "WGBR", "GWRB" };
	int i, in = quarters(), out, status;
	char orientation[2] = "", name[80];
	bool turned, good;

	for (i = 0; i < 8; i++) {
		out = memfd_create("out", 0);
		orientation[0] = (char)('1' + i);
		turned = i >= 4;
		status = run(in, out, orientation, turned ? "20x40" : "40x20");
		good = status == 0 && (turned ? shows(out, 20, 40, want[i]) :
		    shows(out, 40, 20, want[i]));
		snprintf(name, sizeof(name),
		    "a picture of orientation %d is turned upright", i + 1);
		tell(good, name);
		close(out);
	}
	close(in);
}

static void
what_is_no_picture(void)
{
	int in = memfd_create("in", 0), out = memfd_create("out", 0), status;

	if (write(in, "\x89PNG\r\n\x1a\n and so on", 18) != 18)
		abort();
	status = run(in, out, "1", "40x20");
	tell(WIFEXITED(status) && WEXITSTATUS(status) != 0,
	    "what is no picture is told by the exit status");
	status = run(in, out, "1", "99999x1");
	tell(WIFEXITED(status) && WEXITSTATUS(status) != 0,
	    "absurd sizes are refused");
	close(in);
	close(out);
}

static void
no_way_out(void)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		if (!jail())
			_exit(77);
		(void)!socket(AF_INET, SOCK_STREAM, 0);
		_exit(0);
	}
	(void)waitpid(pid, &status, 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		printf("ok %d - a jailed child cannot open a socket"
		    " # SKIP no seccomp in this build\n", ++count);
	else
		tell(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS,
		    "a jailed child cannot open a socket");
}

int
main(void)
{

	puts("1..11");
	all_ways_up();
	what_is_no_picture();
	(void)fflush(stdout);
	no_way_out();
	return 0;
}
