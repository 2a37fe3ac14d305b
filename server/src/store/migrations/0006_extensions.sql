-- What admins call extensions in the place of the configuration; NULL: as that has it, an empty text: nothing.

CREATE TABLE extension (
    exten TEXT PRIMARY KEY,
    name TEXT,
    "group" TEXT,
    site TEXT,
    CHECK (name IS NOT NULL OR "group" IS NOT NULL OR site IS NOT NULL)
) STRICT, WITHOUT ROWID;
