-- Whose a verdict is: of every tenant whose job ended with it, and of the tenant without a name where no job asked for it. Kept as
-- long as the verdict, whatever becomes of the jobs. In the order of a tenant's listing.
CREATE TABLE verdict_owner (
    tenant TEXT NOT NULL,
    seq BIGINT NOT NULL REFERENCES verdict (seq) ON DELETE CASCADE,
    PRIMARY KEY (tenant, seq)
);
CREATE INDEX verdict_owner_seq ON verdict_owner (seq);
INSERT INTO verdict_owner (tenant, seq)
    SELECT DISTINCT j.tenant, v.seq FROM job AS j JOIN verdict AS v ON v.id = j.verdict;
INSERT INTO verdict_owner (tenant, seq)
    SELECT '', v.seq FROM verdict AS v WHERE NOT EXISTS (SELECT 1 FROM job AS j WHERE j.verdict = v.id);
-- Answered whose a verdict is until now.
DROP INDEX job_verdict;
