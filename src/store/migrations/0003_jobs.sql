-- Jobs. Times are milliseconds since 1970 in UTC; texts are empty where there is nothing to say.
-- `scheduled` waits for its time, `ready` for a worker, `leased` is with one; `done` and `dead` have ended.

CREATE TABLE job (
    id TEXT NOT NULL PRIMARY KEY,
    tenant TEXT NOT NULL,
    vendor TEXT NOT NULL,
    priority BIGINT NOT NULL,
    state TEXT NOT NULL,
    due BIGINT NOT NULL,
    source TEXT NOT NULL,
    document TEXT NOT NULL REFERENCES blob (sha256),
    as_of TEXT NOT NULL,
    traceparent TEXT NOT NULL,
    added BIGINT NOT NULL,
    -- claims so far
    attempt BIGINT NOT NULL,
    lease_token TEXT NOT NULL,
    lease_until BIGINT NOT NULL,
    ended BIGINT NOT NULL,
    reason TEXT NOT NULL,
    -- the id of the verdict
    verdict TEXT NOT NULL
);
-- What a claim probes; none of them grows with the jobs that are done.
CREATE INDEX job_ready ON job (tenant, vendor, priority, due, id) WHERE state = 'ready';
CREATE INDEX job_scheduled ON job (due) WHERE state = 'scheduled';
CREATE INDEX job_leased ON job (tenant, vendor) WHERE state = 'leased';
CREATE INDEX job_lease ON job (lease_until) WHERE state = 'leased';
CREATE INDEX job_dead ON job (id) WHERE state = 'dead';
-- Whose a verdict is.
CREATE INDEX job_verdict ON job (verdict, tenant);
-- So that a document is forgotten with the last that needs it.
CREATE INDEX job_document ON job (document);
CREATE INDEX case_input_document ON case_input (document);

-- Identities of requests and events, by the job that took them.
CREATE TABLE job_once (
    tenant TEXT NOT NULL,
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    digest TEXT NOT NULL,
    job TEXT NOT NULL,
    PRIMARY KEY (tenant, scope, key)
);
CREATE INDEX job_once_job ON job_once (job);

-- Jobs of a tenant by state, kept in the transactions that move them. `turn` is when the tenant was served last.
CREATE TABLE job_tenant (
    tenant TEXT NOT NULL PRIMARY KEY,
    turn BIGINT NOT NULL,
    scheduled BIGINT NOT NULL,
    ready BIGINT NOT NULL,
    leased BIGINT NOT NULL,
    done BIGINT NOT NULL,
    dead BIGINT NOT NULL
);
CREATE INDEX job_tenant_turn ON job_tenant (turn);
CREATE INDEX job_tenant_ready ON job_tenant (turn) WHERE ready > 0;

-- Ready jobs of one vendor at one priority, so that a claim finds the next vendor without a look at the backlog.
CREATE TABLE job_lane (
    tenant TEXT NOT NULL,
    vendor TEXT NOT NULL,
    priority BIGINT NOT NULL,
    turn BIGINT NOT NULL,
    ready BIGINT NOT NULL,
    PRIMARY KEY (tenant, vendor, priority)
);
CREATE INDEX job_lane_ready ON job_lane (tenant, priority DESC, turn) WHERE ready > 0;

-- One row: whether jobs are claimed.
CREATE TABLE job_control (
    id BIGINT NOT NULL PRIMARY KEY,
    paused BIGINT NOT NULL
);
INSERT INTO job_control (id, paused) VALUES (1, 0);
