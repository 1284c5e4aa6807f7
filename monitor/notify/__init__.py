"""One file per channel; one line each in the table that `wiring` builds.

    mail.py      a Notice as an e-mail: text and HTML, the same bytes every time
    smtp.py      hands an e-mail to a relay
      session.py  one conversation with it, with deadlines
      pacing.py   how many messages a minute one domain gets
      verp.py     a signed return path for each delivery
      dkim.py     signs with the sender's domain
    bounces.py   what comes back: bounces and complaints
      parts.py    the parts and fields of a mail that anybody may have sent
    webhook.py   a Notice as a signed JSON call (Standard Webhooks)
    chat.py      a Notice in Slack, Mattermost and Teams
    apprise.py   the many other services
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
