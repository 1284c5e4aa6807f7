"""The evidence of one change as one file, and the check of such a file by anybody, offline.

    dossier.py    all that a pack says, as values
    gather.py     what the store knows of a change -> dossier
    captures.py   one capture as a WARC file, and back
    links.py      a stretch of the chain as lines, and back
    plain.py      JSON in a fixed form, and read strictly
    papers.py     the readable papers: texts, differences, README
    pack.py       dossier -> files -> ZIP, the same bytes each time
    seal.py       the signature of this installation over the manifest
    unzip.py      a ZIP from anywhere -> files, or why it is not opened
    opening.py    files -> dossier, or what is wrong with them
    judgement.py  whether quotes and findings follow from the captures
    check.py      file -> report: what was found, what that proves and what it does not

A pack comes from anywhere, and what stands in it was written by others: nothing of it is believed, run or
unpacked to disk.
"""
