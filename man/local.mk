# man: t/lint/manual.tap holds them against the programs.
dist_man_MANS += \
	man/libmagnetiq.3 \
	man/magnetiq-api.7 \
	man/magnetiq-fcgi.8 \
	man/magnetiq-jobs.8 \
	man/magnetiq-nginx.8 \
	man/magnetiq-upgrade.8 \
	man/magnetiq.1 \
	man/magnetiq.env.5
