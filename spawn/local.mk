# What starts processes.
EXTRA_DIST += \
	spawn/dev \
	spawn/install \
	spawn/keep \
	spawn/lib/build.sh \
	spawn/lib/nginx.sh \
	spawn/lib/packages.sh \
	spawn/lib/say.sh \
	spawn/lib/settings.sh \
	spawn/lib/site.sh \
	spawn/packages
