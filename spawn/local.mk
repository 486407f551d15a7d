# What starts processes.
spawndir = $(pkgdatadir)/spawn
dist_spawn_SCRIPTS = spawn/keep
EXTRA_DIST += \
	spawn/dev \
	spawn/install \
	spawn/lib/build.sh \
	spawn/lib/nginx.sh \
	spawn/lib/packages.sh \
	spawn/lib/say.sh \
	spawn/lib/settings.sh \
	spawn/lib/site.sh \
	spawn/packages
