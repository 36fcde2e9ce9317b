"""``python -m benchmarks.lighthouse.addresses``: the pages to measure, as JSON of name and path."""

import json

import django


def main() -> None:
    django.setup()
    from tests.site.addresses import reader_pages

    pages = reader_pages()
    # Its summary of errors takes the focus and scrolls while it paints: Lighthouse then tells no speed.
    del pages["test, wrongly answered"]
    pages |= {f"front, {language}": reader_pages(language)["front"] for language in ("sv", "en")}
    print(json.dumps(pages))  # noqa: T201


if __name__ == "__main__":
    main()
