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

    quotes.py    the findings as a message quotes them, within a bound
    wording.py   the words for severities, rules, certainty and times
    clean.py     text, links and addresses made safe
"""
