"""Handing innovations to OPSI, the OECD's observatory of public-sector innovation.

In the order of reading: ``form.py`` (a case as OPSI's form asks for it), ``handed.py`` (the form as JSON and
as a document). ``docs/opsi.md`` tells staff how it is used.
"""
