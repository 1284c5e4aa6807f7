"""A web that lies: every kind of answer that is not the page, served to the real client and the real pipeline."""
