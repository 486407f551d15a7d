/* SPDX-License-Identifier: MIT */
/*
 * child.h -- a child that reads what a stranger has sent.
 *
 * It has little memory, little time, no secrets and no files but the ones it
 * is given; whatever happens to it, its parent only reads how it ended.
 */
#ifndef OPS_CHILD_H
#define OPS_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <magnetiq/arena.h>

#define OP_CHILD_OUTPUTS	8

struct op_child {
	pid_t		 pid;		/* 0: none */
	int64_t		 began_us;
};

/**
 * op_child_start(child, a, argv, source, outputs, n): start this program
 * again, with ${source} as stdin and the ${n} outputs from descriptor 3 on.
 * child->pid stays 0 if that cannot be.
 */
void	op_child_start(struct op_child *, struct mag_arena *, char **argv,
	    int source, const int *outputs, size_t n);
/** op_child_ended(child, status): has it?  One that takes too long is ended. */
bool	op_child_ended(const struct op_child *, int *status);
/** op_child_was_told(status): to stop; that says nothing about what it read. */
bool	op_child_was_told(int status);
/** op_child_end(a, status): "signal 9", "status 1". */
const char *op_child_end(struct mag_arena *, int status);

#endif
