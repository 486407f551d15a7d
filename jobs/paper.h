/* SPDX-License-Identifier: MIT */
/* paper.h -- the child that reads papers; see lib/ops/papers.c. */
#ifndef JOBS_PAPER_H
#define JOBS_PAPER_H

/**
 * paper_main(argc, argv): `--paper PDFTOTEXT`: becomes that program, which
 * reads the PDF on stdin and writes its text to descriptor 3.  Returns only if
 * that cannot be.
 */
int	paper_main(int argc, char **argv);

/**
 * jail_reader(program): from now on this process can become ${program}, which
 * can read what stands below /usr and what it was given, and compute; it can
 * open no socket, write no file, start nobody.  How much of that the system
 * knows to forbid differs; false if it knows nothing of it.
 */
int	jail_reader(const char *program);

#endif
