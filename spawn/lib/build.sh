# SPDX-License-Identifier: MIT
# Building.  A site gets its own copy of what was built (programs.sh), so that
# two sites and a compiler beside them do not disturb each other.

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
