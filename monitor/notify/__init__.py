"""One file per channel; one line each in the table that `wiring` builds.

    mail.py      a Notice as an e-mail: text and HTML, the same bytes every time
    smtp.py      hands an e-mail to a relay
    webhook.py   a Notice as a signed JSON call (Standard Webhooks)
    files.py     messages as files in a folder
"""
