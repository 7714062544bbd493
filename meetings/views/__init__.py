"""Pages: meetings and minutes, the meeting as it is run, actions."""
