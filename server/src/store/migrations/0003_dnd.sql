-- "Do not disturb" that was set here. Times are milliseconds since 1970.

CREATE TABLE dnd (
    exten TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('lamp', 'calls')),
    -- A lamp that was switched off stays as `off`: a peer keeps what we told it, so it is told that again
    -- after each start. Calls that are `beginning` or `ending` were ordered at the PBX, and the outcome is
    -- not known yet.
    state TEXT NOT NULL CHECK (state IN ('on', 'off', 'beginning', 'ending')),
    -- The PBX that stops the calls.
    node TEXT,
    since INTEGER NOT NULL,
    until INTEGER,
    reason TEXT,
    by TEXT,
    PRIMARY KEY (exten, kind),
    CHECK ((kind = 'calls') = (node IS NOT NULL)),
    CHECK (kind = 'lamp' OR state <> 'off'),
    CHECK (kind = 'calls' OR state IN ('on', 'off'))
) STRICT, WITHOUT ROWID;

CREATE INDEX dnd_by_end ON dnd (until) WHERE until IS NOT NULL;
