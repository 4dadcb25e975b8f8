"""Reads a mail as a stranger would: Python's own email package, its fields and texts as JSON."""

import email
import email.header
import email.policy
import email.utils
import json
import sys

with open(sys.argv[1], "rb") as file:
    mail = email.message_from_binary_file(file, policy=email.policy.default)
# The new parser puts a space between two encoded words of a name (RFC 2047, section 6.2, wants none); the old one does not.
with open(sys.argv[1], "rb") as file:
    plain = email.message_from_binary_file(file, policy=email.policy.compat32)
people = email.utils.getaddresses([plain["to"]])
text, html = mail.get_body(("plain",)), mail.get_body(("html",))
json.dump({
    "subject": mail["subject"],
    "headers": {name.lower(): str(value) for name, value in mail.items()},
    "names": [str(email.header.make_header(email.header.decode_header(name))) for name, _ in people],
    "to": [address for _, address in people],
    "text": text.get_content() if text else None,
    "html": html.get_content() if html else None,
    "defects": [str(defect) for part in mail.walk() for defect in part.defects]
    + [str(defect) for value in mail.values() for defect in value.defects],
}, sys.stdout)
