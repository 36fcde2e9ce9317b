"""The API: public data as JSON, for programs.

What it gives are the tables of ``exports.py`` in each app; what it takes are :class:`parameters.Parameter`.
Answers, their description in OpenAPI and the page for people all read these, so that they cannot differ.
"""
