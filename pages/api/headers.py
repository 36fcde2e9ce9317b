"""Headers of every answer under /api/, the errors and 304 among them."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from common.rate import HEADERS as RATE_HEADERS

PREFIX = "/api/"
EXPOSED = ", ".join(["Content-Language", "ETag", "Link", "Retry-After", *RATE_HEADERS])


def is_of_api(request: HttpRequest) -> bool:
    return request.path_info.startswith(PREFIX)


def headers_of_api(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: pages of other sites may read the answers, and each tells how much may still be asked.

    A middleware, since Django makes an answer 304 anew and leaves out what a view has set.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if is_of_api(request):
            response["Access-Control-Allow-Origin"] = "*"
            response["Access-Control-Expose-Headers"] = EXPOSED
            if allowance := getattr(request, "allowance", None):
                for name, value in allowance.headers.items():
                    response[name] = value
        return response

    return middleware
