"""Full-text search that understands Finnish, Swedish and English; ``docs/search.md`` tells how."""
