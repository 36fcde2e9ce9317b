"""Sites on this machine that answer as asked, for the checker of links."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Reply:
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    # Seconds before anything is answered.
    delay: float = 0.0


@dataclass
class Site:
    """Replies by method and path, and what has been asked for."""

    url: str
    replies: dict[tuple[str, str], list[Reply]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)

    def answers(self, path: str, status: int = 200, *, method: str = "", delay: float = 0.0, **more) -> str:
        """Have ``path`` answer so, by any method unless told; a second call tells of the next request."""
        headers = {name.replace("_", "-"): value for name, value in more.pop("headers", {}).items()}
        for name in [method] if method else ["HEAD", "GET"]:
            self.replies.setdefault((name, path), []).append(Reply(status, headers, delay=delay, **more))
        return self.url + path

    def paths(self) -> list[str]:
        return [path for _method, path in self.asked]


@contextmanager
def site() -> Iterator[Site]:
    """A server on a port of its own, without a robots.txt; what it was not told of answers 404."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.asked.append((self.command, self.path))
            served.agents.add(self.headers["User-Agent"])
            replies = served.replies.get((self.command, self.path), [Reply(404)])
            reply = replies.pop(0) if len(replies) > 1 else replies[0]
            if reply.delay:
                released.wait(reply.delay)
            try:
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(reply.body)
            except (BrokenPipeError, ConnectionResetError):
                pass  # the checker has gone

        do_HEAD = do_GET

        def log_message(self, *arguments) -> None:
            """Tests are quiet."""

    released = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Site(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield served
    finally:
        released.set()
        server.shutdown()
        server.server_close()
        thread.join()
