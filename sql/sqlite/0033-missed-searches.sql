-- 0033-missed-searches: what people searched for and did not find.
--
-- Why:     what is asked for and is not there is what a site should write
--          next.
-- Rules:   each query once in each language; workers count on the scoreboard,
--          and a job brings the sums here, so strangers never cause a write.
-- Reads:   lib/model/miss.c
-- Cost:    creates a table; instant on any size.
-- Beside:  program 2.0.0 and later may run while this is applied.
-- Undo:    DROP TABLE missed_searches.

CREATE TABLE missed_searches (
	id		INTEGER PRIMARY KEY AUTOINCREMENT,
	query		TEXT NOT NULL CHECK (query <> ''),	-- folded words
	language	TEXT NOT NULL,	-- that was searched in; '': in all
	hits		INTEGER NOT NULL CHECK (hits > 0),
	first_at	TEXT NOT NULL,
	last_at		TEXT NOT NULL,
	UNIQUE (query, language)
);
