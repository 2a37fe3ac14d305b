-- What the board last knew. Moments are milliseconds since 1970 (UTC).
-- `good_until`: until when it was known to be so; NULL: as long as its peer was heard.

CREATE TABLE board_site (
    peer  TEXT PRIMARY KEY,
    heard INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE board_vote (
    device     TEXT NOT NULL,
    eid        TEXT NOT NULL,
    peer       TEXT NOT NULL,
    state      TEXT NOT NULL,
    told       INTEGER NOT NULL,
    good_until INTEGER,
    PRIMARY KEY (device, eid)
) STRICT, WITHOUT ROWID;

-- What a peer said of an extension as a whole (Event dialog and presence).
CREATE TABLE board_word (
    exten      TEXT NOT NULL,
    peer       TEXT NOT NULL,
    state      TEXT NOT NULL,
    told       INTEGER NOT NULL,
    good_until INTEGER,
    PRIMARY KEY (exten, peer)
) STRICT, WITHOUT ROWID;

CREATE TABLE board_person (
    exten      TEXT NOT NULL,
    peer       TEXT NOT NULL,
    state      TEXT NOT NULL,
    subtype    TEXT,
    note       TEXT,
    told       INTEGER NOT NULL,
    good_until INTEGER,
    PRIMARY KEY (exten, peer)
) STRICT, WITHOUT ROWID;

CREATE TABLE board_lamp (
    exten   TEXT PRIMARY KEY,
    state   TEXT NOT NULL,
    dnd     INTEGER NOT NULL,
    since   INTEGER NOT NULL,
    -- The PBX that it belongs to, where that was not given; whether it was seen there or is the first that told.
    home    TEXT,
    guessed INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE board_mailbox (
    mailbox    TEXT PRIMARY KEY,
    peer       TEXT NOT NULL,
    new        INTEGER NOT NULL,
    old        INTEGER NOT NULL,
    told       INTEGER NOT NULL,
    good_until INTEGER
) STRICT, WITHOUT ROWID;
