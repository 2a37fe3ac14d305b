-- Who may do what. Times are milliseconds since 1970; of passwords and tokens only hashes are kept.

CREATE TABLE account (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL CHECK (role IN ('viewer', 'receptionist', 'admin')),
    -- In PHC's form: algorithm, parameters, salt and hash.
    password TEXT NOT NULL,
    must_change_password INTEGER NOT NULL,
    created INTEGER NOT NULL,
    last_login INTEGER
) STRICT;

-- From where an account was logged in before: whoever guesses elsewhere does not slow these down.
CREATE TABLE known_address (
    account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
    address TEXT NOT NULL,
    last_login INTEGER NOT NULL,
    PRIMARY KEY (account, address)
) STRICT, WITHOUT ROWID;

CREATE TABLE screen (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    board TEXT NOT NULL,
    token BLOB NOT NULL UNIQUE,
    created INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    last_seen INTEGER
) STRICT;

-- A login, or a display that came by a screen's link.
CREATE TABLE session (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    token BLOB NOT NULL UNIQUE,
    account INTEGER REFERENCES account ON DELETE CASCADE,
    screen INTEGER REFERENCES screen ON DELETE CASCADE,
    created INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    address TEXT NOT NULL,
    browser TEXT NOT NULL,
    CHECK ((account IS NULL) <> (screen IS NULL))
) STRICT;

CREATE INDEX session_by_account ON session (account);
CREATE INDEX session_by_screen ON session (screen);

-- The owner is an account's name, or nothing for whoever is not logged in where the board is open.
CREATE TABLE favourite (
    owner TEXT NOT NULL,
    exten TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (owner, exten)
) STRICT, WITHOUT ROWID;

CREATE TABLE note (
    owner TEXT NOT NULL,
    exten TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (owner, exten)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER account_takes_its_own_along AFTER DELETE ON account BEGIN
    DELETE FROM favourite WHERE owner = OLD.name;
    DELETE FROM note WHERE owner = OLD.name;
END;
