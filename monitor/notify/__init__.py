"""One file per channel; one line each in the table that `wiring` builds.

    mail.py      a Notice as an e-mail: text and HTML, the same bytes every time
    smtp.py      hands an e-mail to a relay
    webhook.py   a Notice as a signed JSON call (Standard Webhooks)
    files.py     messages as files in a folder

What they share:

    content.py   what a message says, as clean lines within a bound
    sheets.py    text and HTML from the templates; what readers share is encoded once
    envelope.py  the headers of a mail
    short.py     160 characters for an SMS
    quotes.py    the findings as a message quotes them, within a bound
    wording.py   subject, certainty, reasons and times in the reader's language
    words.py     every fixed word; english.py and french.py are its two values
    times.py     times on the reader's clock, with UTC beside
    clean.py     text, links and addresses made safe
"""
