"""Writes: agendas that make themselves, a meeting as it is run, actions."""
