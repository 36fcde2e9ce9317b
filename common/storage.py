"""Where static files are kept and under which names."""

from typing import Any

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Static files under names that hold a hash of their content, each beside its gzip.

    A browser may keep such a file for ever: a changed file has another name, also in the
    ``import`` lines of our JavaScript modules and the ``url()``s of our style sheets.
    """

    support_js_module_import_aggregation = True

    def create_compressor(self, **options: Any) -> Compressor:
        # Brotli saves a tenth more and takes half a minute at every set-up.
        return Compressor(use_brotli=False, **options)
