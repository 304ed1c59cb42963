-- The engine's journal. Events are small and found by run; inputs are large, and stored once.
-- A process takes as many keys at once as a group of its writer may need.
CREATE SEQUENCE run_key INCREMENT BY 1024;

CREATE TABLE run (
    key BIGINT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    input BYTEA NOT NULL
);

CREATE TABLE input (
    digest BYTEA NOT NULL PRIMARY KEY,
    body BYTEA NOT NULL
);

CREATE TABLE event (
    run BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    kind BIGINT NOT NULL,
    step BIGINT NOT NULL,
    idx BIGINT NOT NULL,
    name TEXT NOT NULL,
    payload TEXT NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (run, seq)
);
