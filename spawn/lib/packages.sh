# SPDX-License-Identifier: MIT
# Debian packages: which are missing, and how they come here.

# packages_missing PURPOSE...: print the names of those that are not there.
packages_missing() {
	local purpose name instead
	while read -r purpose name instead; do
		[[ " $* " == *" $purpose "* ]] || continue
		if [[ -n $instead ]] && command -v "$instead" >/dev/null; then
			continue
		fi
		[[ $(dpkg-query -W -f '${db:Status-Status}' "$name" \
		    2>/dev/null) == installed ]] || echo "$name"
	done < <(grep -v '^#' "$root/spawn/packages")
}

# packages_install PURPOSE...: install what is missing, with sudo if it must.
packages_install() {
	local missing sudo=()
	PATH=$PATH:/usr/sbin:/sbin
	mapfile -t missing < <(packages_missing "$@")
	((${#missing[@]})) || return 0
	command -v apt-get >/dev/null || die "these Debian packages are" \
	    "missing, and there is no apt-get here: ${missing[*]}"
	if ((EUID != 0)); then
		command -v sudo >/dev/null || die "these Debian packages are" \
		    "missing: run as root: apt-get install ${missing[*]}"
		sudo=(sudo)
	fi
	say "installing ${sudo[*]:+with sudo }the Debian packages: ${missing[*]}"
	"${sudo[@]}" "$root/spawn/install" "${missing[@]}" >&2 ||
	    die "could not install: ${missing[*]}"
}
