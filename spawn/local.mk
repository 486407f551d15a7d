# What starts processes.
spawndir = $(pkgdatadir)/spawn
dist_spawn_SCRIPTS = spawn/keep
sbin_SCRIPTS += spawn/magnetiq-nginx spawn/magnetiq-upgrade
partsdir = $(pkglibexecdir)/lib
dist_parts_DATA = \
	spawn/lib/nginx.sh \
	spawn/lib/programs.sh \
	spawn/lib/say.sh \
	spawn/lib/site.sh \
	spawn/lib/supervisor.sh \
	spawn/lib/upgrade.sh
EXTRA_DIST += \
	spawn/dev \
	spawn/install \
	spawn/lib/build.sh \
	spawn/lib/packages.sh \
	spawn/lib/settings.sh \
	spawn/libraries \
	spawn/magnetiq-nginx.in \
	spawn/magnetiq-upgrade.in \
	spawn/packages \
	spawn/prod \
	spawn/sbom
CLEANFILES += spawn/magnetiq-nginx spawn/magnetiq-upgrade

# What it is made of here, as CycloneDX: `make sbom`.
bill = $(PACKAGE)-$(PACKAGE_VERSION).cdx.json
CLEANFILES += $(bill)
sbom: all
	$(LIBTOOL) --mode=execute $(top_srcdir)/spawn/sbom $(PACKAGE_VERSION) \
	    cli/magnetiq fcgi-app/magnetiq-fcgi jobs/magnetiq-jobs >$(bill)
.PHONY: sbom

# What a script must know of where things were installed.
spawn/magnetiq-nginx spawn/magnetiq-upgrade: spawn/magnetiq-%: \
		spawn/magnetiq-%.in Makefile
	$(AM_V_GEN)$(MKDIR_P) spawn && $(fill_paths) \
		-e 's|@libdir[@]|$(libdir)|' \
		$< >$@.new && chmod 755 $@.new && mv $@.new $@

# How systemd keeps a site.  What stands between at signs is filled in here, so
# that it follows the prefix; what units have in common stands once.
unit_files = \
	spawn/systemd/magnetiq-app.service \
	spawn/systemd/magnetiq-app.socket \
	spawn/systemd/magnetiq-auth-worker@.service \
	spawn/systemd/magnetiq-auth.service \
	spawn/systemd/magnetiq-auth.socket \
	spawn/systemd/magnetiq-backup.service \
	spawn/systemd/magnetiq-backup.timer \
	spawn/systemd/magnetiq-init.service \
	spawn/systemd/magnetiq-jobs.service \
	spawn/systemd/magnetiq-maintain.service \
	spawn/systemd/magnetiq-maintain.timer \
	spawn/systemd/magnetiq-nginx.service \
	spawn/systemd/magnetiq-worker@.service \
	spawn/systemd/magnetiq.target
unit_parts = \
	spawn/systemd/account.conf \
	spawn/systemd/hardening.conf \
	spawn/systemd/offline.conf
system_files = \
	spawn/container \
	spawn/logrotate.conf \
	spawn/nginx-access \
	spawn/pool \
	spawn/systemd/sysctl.conf \
	spawn/systemd/sysusers.conf \
	spawn/systemd/tmpfiles.conf
filled_in = $(unit_files) $(system_files)
all-local: $(filled_in)
CLEANFILES += $(filled_in)
EXTRA_DIST += $(unit_parts) $(filled_in:=.in)

fill_in = sed \
	-e '/^@HARDENING@$$/{r $(srcdir)/spawn/systemd/hardening.conf' -e 'd}' \
	-e '/^@ACCOUNT@$$/{r $(srcdir)/spawn/systemd/account.conf' -e 'd}' \
	-e '/^@OFFLINE@$$/{r $(srcdir)/spawn/systemd/offline.conf' -e 'd}'
fill_paths = sed -e 's|@bindir[@]|$(bindir)|g' -e 's|@sbindir[@]|$(sbindir)|g' \
	-e 's|@pkgdatadir[@]|$(pkgdatadir)|g' \
	-e 's|@pkglibexecdir[@]|$(pkglibexecdir)|g' \
	-e 's|@sysconfdir[@]|$(sysconfdir)|g' \
	-e 's|@localstatedir[@]|$(localstatedir)|g' \
	-e 's|@runstatedir[@]|$(runstatedir)|g' -e 's|@NGINX[@]|$(NGINX)|g'
$(filled_in): %: %.in Makefile $(unit_parts)
	$(AM_V_GEN)$(MKDIR_P) $(@D) && $(fill_in) $< | $(fill_paths) >$@.new && \
		mv $@.new $@

# Where systemd looks for what is below /usr or /usr/local.
unitdir = $(systemdsystemunitdir)
nodist_unit_DATA = $(unit_files)
nodist_pkglibexec_SCRIPTS = spawn/container spawn/nginx-access spawn/pool
dist_pkgdata_DATA = .env.example
systemlibdir = $(prefix)/lib
install-data-hook:
	$(MKDIR_P) '$(DESTDIR)$(systemlibdir)/sysusers.d' \
		'$(DESTDIR)$(systemlibdir)/tmpfiles.d' \
		'$(DESTDIR)$(systemlibdir)/sysctl.d' \
		'$(DESTDIR)$(sysconfdir)/logrotate.d'
	$(INSTALL_DATA) spawn/systemd/sysusers.conf \
		'$(DESTDIR)$(systemlibdir)/sysusers.d/magnetiq.conf'
	$(INSTALL_DATA) spawn/systemd/tmpfiles.conf \
		'$(DESTDIR)$(systemlibdir)/tmpfiles.d/magnetiq.conf'
	$(INSTALL_DATA) spawn/systemd/sysctl.conf \
		'$(DESTDIR)$(systemlibdir)/sysctl.d/20-magnetiq.conf'
	$(INSTALL_DATA) spawn/logrotate.conf \
		'$(DESTDIR)$(sysconfdir)/logrotate.d/magnetiq'

# The data, the settings and the logs stay; so does the account.
uninstall-hook:
	rm -f '$(DESTDIR)$(systemlibdir)/sysusers.d/magnetiq.conf' \
		'$(DESTDIR)$(systemlibdir)/tmpfiles.d/magnetiq.conf' \
		'$(DESTDIR)$(systemlibdir)/sysctl.d/20-magnetiq.conf' \
		'$(DESTDIR)$(sysconfdir)/logrotate.d/magnetiq'
	for folder in '$(DESTDIR)$(pkgdatadir)' '$(DESTDIR)$(pkglibexecdir)' \
	    '$(DESTDIR)$(docdir)' '$(DESTDIR)$(includedir)/magnetiq'; do \
		test ! -d "$$folder" || \
		    find "$$folder" -depth -type d -empty -delete; \
	done

# Versions that magnetiq-upgrade has put there, and what tells of them.
uninstall-local:
	rm -rf '$(DESTDIR)$(pkglibexecdir)'/current*
