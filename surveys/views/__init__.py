"""Pages: the customer's survey, the branch's link and poster, the answers."""
