"""Write the fixtures: `python -m tests.story`."""

from tests.story.files import FIXTURES, write

if __name__ == "__main__":
    written = write()
    size = sum(path.stat().st_size for path in written)
    print(f"{len(written)} files, {size / 1024:.0f} KB, under {FIXTURES.name}/")
