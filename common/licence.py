"""The licence under which the registry gives its own content away. Imported content keeps its source's."""

NAME = "CC BY 4.0"
URL = "https://creativecommons.org/licenses/by/4.0/"
