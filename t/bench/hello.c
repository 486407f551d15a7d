/* SPDX-License-Identifier: MIT */
/* The least that a FastCGI program can be: what the others are held against. */
#include <fcgiapp.h>

int
main(void)
{
	FCGX_Request r;

	if (FCGX_Init() != 0 || FCGX_InitRequest(&r, 0, 0) != 0)
		return 1;
	while (FCGX_Accept_r(&r) >= 0)
		FCGX_FPrintF(r.out, "Content-Type: text/plain\r\n"
		    "Content-Length: 6\r\n\r\nhello\n");
	return 0;
}
