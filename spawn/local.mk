# What starts processes.
spawndir = $(pkgdatadir)/spawn
dist_spawn_SCRIPTS = spawn/keep
sbin_SCRIPTS += spawn/magnetiq-upgrade
partsdir = $(pkglibexecdir)/lib
dist_parts_DATA = \
	spawn/lib/programs.sh \
	spawn/lib/say.sh \
	spawn/lib/site.sh \
	spawn/lib/supervisor.sh \
	spawn/lib/upgrade.sh
EXTRA_DIST += \
	spawn/dev \
	spawn/install \
	spawn/lib/build.sh \
	spawn/lib/nginx.sh \
	spawn/lib/packages.sh \
	spawn/lib/settings.sh \
	spawn/magnetiq-upgrade.in \
	spawn/packages
CLEANFILES += spawn/magnetiq-upgrade

# What a script must know of where things were installed.
spawn/magnetiq-upgrade: spawn/magnetiq-upgrade.in Makefile
	$(AM_V_GEN)$(MKDIR_P) spawn && sed -e 's|@bindir[@]|$(bindir)|' \
		-e 's|@sbindir[@]|$(sbindir)|' -e 's|@libdir[@]|$(libdir)|' \
		-e 's|@pkglibexecdir[@]|$(pkglibexecdir)|' \
		-e 's|@sysconfdir[@]|$(sysconfdir)|' \
		-e 's|@runstatedir[@]|$(runstatedir)|' \
		-e 's|@abs_top_srcdir[@]|$(abs_top_srcdir)|' \
		$(srcdir)/spawn/magnetiq-upgrade.in >$@.new && \
		chmod 755 $@.new && mv $@.new $@
