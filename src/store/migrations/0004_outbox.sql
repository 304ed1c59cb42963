-- Callbacks: news of verdicts on their way to whoever asked for them. Instants are milliseconds since 1970.

-- The number that an invoice's last news had; kept when the news themselves are forgotten.
CREATE TABLE callback_subject (
    -- SHA-256 of the invoice's document
    document TEXT NOT NULL PRIMARY KEY,
    sequence BIGINT NOT NULL
);

-- Receivers of whom there is something to know, by their names in the settings.
CREATE TABLE callback_endpoint (
    name TEXT NOT NULL PRIMARY KEY,
    -- 1: it said that it is gone, and gets nothing until it is enabled again
    gone BIGINT NOT NULL,
    -- until when it wants no messages
    paused BIGINT NOT NULL
);

CREATE TABLE callback (
    -- the message's own, the same for each attempt and receiver
    id TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    document TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    kind TEXT NOT NULL,
    body BYTEA NOT NULL,
    -- waiting, delivered, gone, dead
    state TEXT NOT NULL,
    -- of a waiting one: when it may be claimed; once claimed, when the lease ends
    due BIGINT NOT NULL,
    -- who claimed it; empty when nobody has it
    lease TEXT NOT NULL,
    -- counted when claimed
    attempts BIGINT NOT NULL,
    -- of the last answer; 0 is none
    status BIGINT NOT NULL,
    detail TEXT NOT NULL,
    created BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    PRIMARY KEY (endpoint, id)
);
CREATE INDEX callback_due ON callback (endpoint, due, id) WHERE state = 'waiting';
CREATE INDEX callback_id ON callback (id);
CREATE INDEX callback_created ON callback (created, id);
CREATE INDEX callback_settled ON callback (changed) WHERE state <> 'waiting';
