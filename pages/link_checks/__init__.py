"""Whether the links of the site still work: where they are, asking politely, keeping what was answered."""
