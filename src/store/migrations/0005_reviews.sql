-- What people decided on held verdicts, and which cases had their record pruned.

-- Links of the same audit chain as verdicts. `json` is the review without its audit link, compact; the columns repeat it.
CREATE TABLE review (
    seq BIGINT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    verdict_id TEXT NOT NULL REFERENCES verdict (id),
    -- 1, 2, …: one review each
    turn BIGINT NOT NULL,
    -- proposed, approved, rejected, held
    effect TEXT NOT NULL,
    -- RFC 3339 in UTC
    created TEXT NOT NULL,
    json TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL,
    UNIQUE (verdict_id, turn)
);

-- Runs whose entries are gone: their heads stay, so that what a verdict or a review pins can still be told.
CREATE TABLE pruned (
    run TEXT NOT NULL PRIMARY KEY,
    verdict_id TEXT NOT NULL REFERENCES verdict (id),
    -- of the last entry, lower-case hex
    head TEXT NOT NULL,
    entries BIGINT NOT NULL,
    -- RFC 3339 in UTC
    at TEXT NOT NULL
);
CREATE INDEX pruned_verdict ON pruned (verdict_id);
CREATE INDEX verdict_created ON verdict (created);
