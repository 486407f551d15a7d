# SPDX-License-Identifier: MIT
# How the scripts here speak: to stderr, one line a fact.

say() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
}

die() {
	say "$@"
	exit 1
}

# Wrong use, as opposed to bad luck.
misuse() {
	say "$@"
	printf '%s\n' "$usage" >&2
	exit 2
}
