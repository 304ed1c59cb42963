-- The W3C trace that news belong to, as the invoice's sender named it; empty where there is none.
ALTER TABLE callback ADD COLUMN traceparent TEXT NOT NULL DEFAULT '';
