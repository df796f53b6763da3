"""plotly.js inside the page: compressed, unpacked by the browser, so that figures work without a network.

The library is 4.8 MB; gzip and base64 make it 2 MB. All browsers since 2023 have `DecompressionStream`.
"""

from __future__ import annotations

import base64
import gzip
from functools import lru_cache

_START = """
(async () => {
  const packed = Uint8Array.from(atob(document.getElementById("plotly").textContent), (char) => char.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const library = document.createElement("script");
  library.textContent = await new Response(stream).text();
  document.head.appendChild(library);
  for (const place of document.querySelectorAll("[data-figure]")) {
    const figure = JSON.parse(document.getElementById(place.dataset.figure).textContent);
    await Plotly.newPlot(place, figure.data, figure.layout, { responsive: true, displaylogo: false });
  }
  document.body.dataset.ready = "true";
})();
"""


@lru_cache(maxsize=1)
def scripts() -> str:
    """The library and what draws every element with a `data-figure`."""
    # Only reports need these four megabytes.
    from plotly.offline import get_plotlyjs

    packed = base64.b64encode(gzip.compress(get_plotlyjs().encode(), mtime=0)).decode()
    return f'<script type="text/plain" id="plotly">{packed}</script>\n<script>{_START}</script>'


def figure_block(name: str, figure_json: str, title: str) -> str:
    """A place for a figure and its data, in which nothing can be taken for markup."""
    data = figure_json.replace("<", "\\u003c")
    return (
        f'<figure><div data-figure="{name}" role="img" aria-label="{title}"></div><figcaption>{title}</figcaption></figure>\n'
        f'<script type="application/json" id="{name}">{data}</script>'
    )
