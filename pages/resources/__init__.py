"""Resources: what is worth reading and using elsewhere, found by facets and words."""
