# man
dist_man_MANS += man/magnetiq.env.5
