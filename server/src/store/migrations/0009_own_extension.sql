-- Whose extension an account is, by which name people know its holder, and what it may set there.

ALTER TABLE account ADD COLUMN display_name TEXT;
ALTER TABLE account ADD COLUMN exten TEXT;
ALTER TABLE account ADD COLUMN own_dnd TEXT NOT NULL DEFAULT 'nothing' CHECK (own_dnd IN ('nothing', 'lamp', 'calls'));

-- How an account wants the page to be.
CREATE TABLE choice (
    account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (account, name)
) STRICT, WITHOUT ROWID;
