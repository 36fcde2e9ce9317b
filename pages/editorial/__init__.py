"""Editorial pages: what may happen to them, making it happen, their tree and menus, and showing them."""
