"""The administration as a whole: how its lists are grouped, its search and its guides."""
