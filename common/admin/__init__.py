"""What the pages of the administration share: acts as data, each with one page that asks before it."""
