"""What the law asks the service to tell: how accessible it is, what it does with personal data; and where
to tell of weak spots in its security.
"""
