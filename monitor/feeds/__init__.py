"""What others fetch: Atom, JSON Feed, CAP and CSV with HXL tags, all from the same entries. Pure."""
