"""How days and instants are written where a page does not say so itself: in Django admin."""
