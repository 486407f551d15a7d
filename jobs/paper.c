/* SPDX-License-Identifier: MIT */
/* The child that reads papers: it shuts itself in, and becomes pdftotext. */
#include <stdio.h>
#include <unistd.h>

#include "paper.h"

#define TEXT_FD	3

int
paper_main(int argc, char **argv)
{
	char *tool[] = { (char *)"pdftotext", (char *)"-q", (char *)"-enc",
	    (char *)"UTF-8", (char *)"-", (char *)"-", NULL }, *none[] = { NULL };

	if (argc != 3 || dup2(TEXT_FD, STDOUT_FILENO) < 0)
		return 2;
	(void)close(TEXT_FD);
	(void)jail_reader(argv[2]);
	execve(argv[2], tool, none);
	return 127;
}
