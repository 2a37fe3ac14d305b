-- The entity id under which the peers were told of our lamps: none but that can withdraw them.

CREATE TABLE spoken_as (
    eid TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
