"""The child that draws a PDF: ``python -m records.pdf_child``. Reads one JSON document, writes the PDF. No Django, no network.

Only pictures that the caller handed over (``asset:<name>``) are fetched; every other address is refused.
"""

import base64
import json
import sys

from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

from records.child import limit_self


class OnlyOurs(URLFetcher):
    """Deny by default: no file, no network, no data: URI that user text might have smuggled in."""

    def __init__(self, assets: dict[str, tuple[str, bytes]]):
        super().__init__(allowed_protocols=("asset",), allow_redirects=False)
        self.assets = assets

    def fetch(self, url, headers=None):
        scheme, _, name = url.partition(":")
        if scheme != "asset" or name not in self.assets:
            raise ValueError("address refused")
        kind, data = self.assets[name]
        return URLFetcherResponse(url, body=data, headers={"Content-Type": kind})


def main() -> None:
    limit_self()
    request = json.loads(sys.stdin.buffer.read())
    assets = {name: (kind, base64.b64decode(data)) for name, (kind, data) in request["assets"].items()}
    document = HTML(string=request["html"], base_url=None, url_fetcher=OnlyOurs(assets))
    sys.stdout.buffer.write(document.write_pdf(**request["options"]))


if __name__ == "__main__":
    main()
