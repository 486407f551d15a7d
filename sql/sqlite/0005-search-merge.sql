-- 0005-search-merge: two pieces of the search index of one size may be merged.
--
-- Why:     a search looks into every piece that writes have left behind; sixteen
--          of them made it take twice as long as four.
-- Rules:   none.
-- Reads:   lib/model/search.c (mag_search_merge, by the jobs process)
-- Cost:    one row of the index's own settings; instant on any size.
-- Beside:  program 2.0.0 and later may run while this is applied.
-- Undo:    INSERT INTO search_fts (search_fts, rank) VALUES ('usermerge', 4);

INSERT INTO search_fts (search_fts, rank) VALUES ('usermerge', 2);
