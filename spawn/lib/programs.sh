# SPDX-License-Identifier: MIT
# The programs that a site runs: each version a folder of its own, and a
# symbolic link, $programs, that says which of them is started.  Changing the
# link is one step, so there is no moment at which half of a version is there.
#
#	PROGRAMS          the version that is started
#	PROGRAMS.before   the one before it
#	PROGRAMS.N        a version: the programs, and what they need, in real/
program_names=(magnetiq magnetiq-fcgi magnetiq-jobs)
install_places=()

# program_file FOLDER NAME: print where it lies in what `make install
# DESTDIR=FOLDER` wrote, or in a folder where `make` ran.
program_file() {
	local place file
	for place in . "${install_places[@]}" \
	    {lib,cli,fcgi-app,jobs}/{.libs,.}; do
		[[ -f $1/$place/$2 ]] || continue
		file=$(readlink -f "$1/$place/$2")
		# What is installed may lead here already.
		[[ ! -f ${file%/*}/real/$2 ]] || file=${file%/*}/real/$2
		echo "$file"
		return
	done
	return 1
}

# programs_take FOLDER: copy the programs in FOLDER to PROGRAMS.N, whose name
# `taken` is then.  The scripts in front make them find the library beside
# them, whatever the link says by then.
programs_take() {
	local name file
	taken=$programs.$(date +%s%N)
	mkdir -p "$taken/real"
	if file=$(program_file "$1" libmagnetiq.so.0); then
		cp "$file" "$taken/real/libmagnetiq.so.0" || return 1
	fi
	for name in "${program_names[@]}"; do
		file=$(program_file "$1" "$name") ||
		    { say "$name is not in $1"; rm -rf "$taken"; return 1; }
		cp "$file" "$taken/real/$name" || return 1
		cat >"$taken/$name" <<-END
		#!/bin/sh
		LD_LIBRARY_PATH='$taken/real' exec '$taken/real/$name' "\$@"
		END
		chmod 755 "$taken/$name"
	done
	sync -f "$taken"
}

# programs_point VERSION [LINK]: whoever is started from now on is of VERSION.
programs_point() {
	local link=${2:-$programs}
	ln -sfn "${1##*/}" "$link.link" && mv -T "$link.link" "$link"
}

# programs_now [LINK]: the folder of the version that is started; fails if
# there is none.
programs_now() {
	local folder
	folder=$(readlink -f "${1:-$programs}") && [[ -d $folder ]] &&
	    echo "$folder"
}

# programs_version VERSION: what it says of itself.
programs_version() {
	local words
	words=$("$1/magnetiq" --version) && echo "${words##* }"
}

# programs_run PROCESS VERSION: is VERSION what the process runs?
programs_run() {
	local name
	for name in "${program_names[@]}"; do
		[[ ! /proc/$1/exe -ef $2/real/$name ]] || return 0
	done
	return 1
}

# programs_sweep: remove versions that nothing leads to.
programs_sweep() {
	local old
	for old in "$programs".[0-9]*; do
		[[ $old -ef $programs || $old -ef $programs.before ]] ||
		    rm -rf "$old"
	done
}
