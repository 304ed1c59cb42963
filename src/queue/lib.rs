//! Jobs that survive the process: the port to a queue, and the workers that empty it. What a job does, and SQL, are others' matter.
