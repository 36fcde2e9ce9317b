"""One search over everything that the site tells the public; ``docs/search.md`` says how."""
