-- Jobs that rest after a failure, by when they are due: so that a claim finds those whose pause was given before the clock was
-- set back.
CREATE INDEX job_resting ON job (due) WHERE state = 'scheduled' AND attempt > 0;
