-- The peers that are told nothing of ours until an admin says otherwise.

CREATE TABLE pause (
    peer TEXT PRIMARY KEY,
    since INTEGER NOT NULL,
    by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
