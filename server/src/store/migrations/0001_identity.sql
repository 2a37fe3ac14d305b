-- Who this server is in the mesh, and the record of what was done.

CREATE TABLE identity (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    eid TEXT NOT NULL
) STRICT;

CREATE TABLE audit (
    -- Never used twice, so that a page of the record stays where it is.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    time INTEGER NOT NULL,
    who TEXT NOT NULL,
    address TEXT,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    result TEXT NOT NULL,
    details TEXT NOT NULL
) STRICT;

CREATE INDEX audit_by_time ON audit (time);
