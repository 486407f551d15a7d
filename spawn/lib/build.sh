# SPDX-License-Identifier: MIT
# Building, and giving a site its own copy of what was built, so that two
# sites and a compiler beside them do not disturb each other.

# build_place: set `source` and `build`.  A tree that the caller may not
# write to (root's clone, used by somebody else) is used as it is if what was
# built there is fresh (then `fresh` is set), else copied into the site.
build_place() {
	source=$root
	build=${BUILD:-$root/build}
	fresh=
	[[ -e $build ]] || mkdir -p "$build" 2>/dev/null || true
	[[ ! -w $build || (-e $build/Makefile && ! -w $build/Makefile) ]] ||
	    return 0
	if build_fresh; then
		fresh=1
		return
	fi
	[[ -z ${BUILD:-} ]] || die "cannot build in $build"
	source=$site/source
	build=$site/source/build
	mkdir -p "$build"
	tar -C "$root" --exclude=./.git --exclude=./build --exclude=./var \
	    --exclude=./autom4te.cache --exclude=./configure \
	    --exclude=./config.h.in --exclude=./Makefile.in \
	    --exclude=./aclocal.m4 --exclude='./build-*' --exclude='./m4/*.m4' \
	    -cf - . | tar -C "$source" -xf - ||
	    die "could not copy $root to $source"
}

# build_fresh: is nothing newer than the last whole build?
build_fresh() {
	[[ -e $build/.built && -z $(cd "$root" && find configure.ac Makefile.am \
	    lib sql fcgi-app cli jobs -newer "$build/.built" -print -quit) ]]
}

# build_all: configure if need be, with what `configure_with` holds, then
# make; one at a time in one folder.
configure_with=()
build_all() {
	local log
	build_place
	[[ -z $fresh ]] || return 0
	log=$build/build.log
	exec 8>"$build/.lock"
	flock -n 8 || { say "waiting for another build"; flock 8; }
	if ! build_steps >"$log" 2>&1; then
		tail -n 30 "$log" >&2
		die "the build failed; the whole log is in $log"
	fi
	exec 8>&-
}

build_steps() (
	set -e
	cd "$source"
	[[ -x configure || -e $build/Makefile ]] || autoreconf -fi
	cd "$build"
	[[ -e Makefile ]] || "$source/configure" "${configure_with[@]}" \
	    CFLAGS="${CFLAGS:--O2 -g}"
	touch .building
	make -j"$(nproc)"
	mv .building .built
)

# built PATH: the real file behind libtool's wrapper.
built() {
	local real=$build/${1%/*}/.libs/${1##*/}
	[[ -e $real ]] || real=$build/$1
	[[ -e $real ]] && echo "$real"
}

# programs_install: copy what was built to DIR/prog.N and let DIR/prog point
# there; whoever is started from now on is the new one.  The scripts in front
# make the programs find the library beside them.
programs_install() {
	local new path name file
	new=$site/prog.$(date +%s%N)
	mkdir -p "$new/real"
	if file=$(built lib/libmagnetiq.so.0); then
		cp -L "$file" "$new/real/"
	fi
	for path in cli/magnetiq fcgi-app/magnetiq-fcgi jobs/magnetiq-jobs; do
		name=${path##*/}
		file=$(built "$path") || die "$path was not built in $build"
		cp "$file" "$new/real/$name"
		cat >"$new/$name" <<-END
		#!/bin/sh
		LD_LIBRARY_PATH='$new/real' exec '$new/real/$name' "\$@"
		END
		chmod 755 "$new/$name"
	done
	ln -s "${new##*/}" "$site/prog.link"
	mv -T "$site/prog.link" "$site/prog"
}

# programs_sweep: remove copies that are no longer in use.
programs_sweep() {
	local old
	for old in "$site"/prog.[0-9]*; do
		[[ $old -ef $site/prog ]] || rm -rf "$old"
	done
}
