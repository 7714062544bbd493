"""Reading files of figures as they come: any encoding, separator, heading, date and number that people really use."""
