"""Pairs of pages with the judgement of a person beside ours."""
