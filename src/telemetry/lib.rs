//! What is counted and traced, read off verdicts and out of ports: the nodes and tools know nothing of it.
