/* SPDX-License-Identifier: MIT */
/*
 * magnetiq/net.h -- addresses and networks, and which of them are public.
 */
#ifndef MAGNETIQ_NET_H
#define MAGNETIQ_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <magnetiq/arena.h>

struct sockaddr;

/** An address, IPv4 as ::ffff:192.0.2.1; of a network so many bits count. */
struct mag_net {
	uint8_t		 address[16];
	unsigned	 bits;		/* 128: one address */
};

/** mag_net_parse(out, p, n): `192.0.2.1`, `192.0.2.0/24`, `2001:db8::/32`. */
MAG_API bool	mag_net_parse(struct mag_net *out, const char *, size_t n);
/**
 * mag_net_of(out, address): what a socket connects to.  False for what is
 * neither IPv4 nor IPv6, and for IPv4 that is dressed up as IPv6: nobody
 * needs that but to get past a list.
 */
MAG_API bool	mag_net_of(struct mag_net *out, const struct sockaddr *);
/** mag_net_listed(net, list): in one of the networks between commas? */
MAG_API bool	mag_net_listed(const struct mag_net *, const char *list);
/**
 * mag_net_public(net): does it belong to anybody on the Internet?  Not what
 * IANA's registries of special addresses (RFC 6890) keep for this machine,
 * this network, documentation, or for reaching IPv4 by way of IPv6.
 */
MAG_API bool	mag_net_public(const struct mag_net *);

struct mag_conf;
/**
 * mag_net_url(conf, url): would the door out take it?  https, and http where
 * EGRESS_ALLOW names networks within.
 */
MAG_API bool	mag_net_url(const struct mag_conf *, const char *url);

#endif
