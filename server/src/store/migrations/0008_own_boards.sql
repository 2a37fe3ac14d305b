-- The boards that admins made. The groups are JSON, as the page sends them: they are read and written as a whole.

CREATE TABLE own_board (
    name TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    groups TEXT NOT NULL,
    -- When it was last changed, in milliseconds since 1970, and later than before.
    changed INTEGER NOT NULL,
    changed_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
