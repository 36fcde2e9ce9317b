"""The test of one's own organisation: its form, what the answers tell, and its pages."""
