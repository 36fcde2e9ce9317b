"""Reading tables that other people made: files to rows of clean text. Knows no model."""
