"""Personal fields: what they are for, how long they stay, and how they lie in the database: encrypted."""
