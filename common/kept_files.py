"""Files that take long to make, kept by the process until what they were made from changes.

They are temporary files without names: they take room where those do (``TMPDIR``), and go with the process.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from hashlib import file_digest
from threading import Lock
from typing import BinaryIO

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import content_disposition_header, quote_etag

from .error_views import busy
from .files import BusyError, in_turn, whole

# The least used are given up before there are more: each may take hundreds of megabytes of disk.
MOST = 12
_CHUNK = 64 * 1024


@dataclass(frozen=True)
class KeptFile:
    """A file as it was at one ``version``. ``digest`` is the same for the same bytes, in every process."""

    version: Hashable
    file: BinaryIO
    size: int
    digest: str

    def read(self) -> Reading:
        """The file from its beginning; it is read to its end even when a newer one has taken its place."""
        return Reading(os.dup(self.file.fileno()))


class Reading:
    """The bytes of a file, by places of its own: several may read the same file."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._is_open = True

    def __iter__(self) -> Iterator[bytes]:
        place = 0
        while chunk := os.pread(self._descriptor, _CHUNK, place):
            place += len(chunk)
            yield chunk

    def close(self) -> None:
        if self._is_open:
            self._is_open = False
            os.close(self._descriptor)


class KeptFiles:
    """Files by name, the last version of each, the last used last."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: dict[Hashable, KeptFile] = {}
        atexit.register(self.forget)

    def get(
        self, name: Hashable, version: Hashable, make: Callable[[BinaryIO], None]
    ) -> tuple[KeptFile, Reading]:
        """The file of that name and version, opened for reading.

        The first thread that asks for it makes it, and others wait for that. When making it fails, nothing
        is kept and the error is raised. Raises BusyError.
        """
        if found := self._find(name, version):
            return found
        with in_turn():
            # Unless another thread has made it while this one waited.
            if found := self._find(name, version):
                return found
            new = _made(version, make)
            with self._lock:
                if old := self._kept.pop(name, None):
                    old.file.close()
                self._kept[name] = new
                if len(self._kept) > MOST:
                    self._kept.pop(next(iter(self._kept))).file.close()
                return new, new.read()

    def answer(
        self,
        request: HttpRequest,
        name: Hashable,
        version: Hashable,
        make: Callable[[BinaryIO], None],
        *,
        content_type: str,
        file_name: str,
    ) -> HttpResponseBase:
        """The file as an answer to be saved; 304 to whoever has it, 503 while another is being made."""
        try:
            kept, reading = self.get(name, version, make)
        except BusyError:
            return busy(request)
        etag = quote_etag(kept.digest)
        response: HttpResponseBase | None = get_conditional_response(request, etag=etag)
        if response:
            reading.close()
        else:
            response = StreamingHttpResponse(
                reading,
                content_type=content_type,
                headers={
                    "Content-Length": kept.size,
                    "Content-Disposition": content_disposition_header(True, file_name) or "",
                },
            )
        response["ETag"] = etag
        # What has been withdrawn is given by no cache in between.
        patch_cache_control(response, no_cache=True)
        return response

    def _find(self, name: Hashable, version: Hashable) -> tuple[KeptFile, Reading] | None:
        # Opened before another thread may close it.
        with self._lock:
            kept = self._kept.get(name)
            if kept is None or kept.version != version:
                return None
            self._kept[name] = self._kept.pop(name)
            return kept, kept.read()

    def forget(self) -> None:
        """Give up all files, where versions cannot tell: another database."""
        with self._lock:
            for kept in self._kept.values():
                kept.file.close()
            self._kept.clear()


# All of this process.
kept_files = KeptFiles()


def _made(version: Hashable, make: Callable[[BinaryIO], None]) -> KeptFile:
    file = whole(make)
    digest = file_digest(file, "sha256").hexdigest()
    return KeptFile(version, file, os.fstat(file.fileno()).st_size, digest)
