"""Speed and memory, measured on demand; tests never assert an absolute time."""
