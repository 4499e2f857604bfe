"""What the API reads. Apart from records.api, because the framework loads it while it is being loaded itself."""

import re
from collections.abc import Iterator

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class PlainJSON(JSONParser):
    """JSON without what no column holds (NUL, halves of characters) and nested no deeper than Python reads."""

    def parse(self, stream, media_type=None, parser_context=None):
        try:
            data = super().parse(stream, media_type, parser_context)
            if any(UNSTORABLE.search(text) for text in _texts_of(data)):
                raise ParseError("内容含有不能保存的字符。")
        except RecursionError:
            raise ParseError("内容嵌套过深。") from None
        return data


def _texts_of(data) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield key
            yield from _texts_of(value)
    elif isinstance(data, list):
        for value in data:
            yield from _texts_of(value)
