"""What readers say of pages: asking, keeping it for as long as it is needed, and answering."""
