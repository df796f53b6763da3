"""As much of curl as docs/api.md uses, for machines without it: curl -sSf [-H header] [-d data | -F file=@path] address."""

from __future__ import annotations

import argparse
import sys
import urllib.request
from pathlib import Path

BOUNDARY = "a-line-that-no-table-holds"


def main() -> None:
    """Send the request, print the answer."""
    parser = argparse.ArgumentParser()
    for flag in "sSf":
        parser.add_argument(f"-{flag}", action="store_true")
    parser.add_argument("-H", dest="header", default="accept: */*")
    parser.add_argument("-d", dest="data")
    parser.add_argument("-F", dest="form")
    parser.add_argument("address")
    given = parser.parse_args()
    name, _, value = given.header.partition(": ")
    headers = {name: value}
    body = None if given.data is None else given.data.encode()
    if given.form is not None:
        file = Path(given.form.partition("=@")[2])
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\n\r\n'
        body = head.encode() + file.read_bytes() + f"\r\n--{BOUNDARY}--\r\n".encode()
        headers["content-type"] = f"multipart/form-data; boundary={BOUNDARY}"
    with urllib.request.urlopen(urllib.request.Request(given.address, body, headers), timeout=300) as answer:
        sys.stdout.write(answer.read().decode())


if __name__ == "__main__":
    main()
