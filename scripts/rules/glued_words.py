"""No gap between words stands at the beginning or end of an element of the page.

Svelte drops white space there: `{label}<span> {note}</span>` reads "snap to piExact". The gap belongs outside the element,
or inside an expression such as {` · ${note}`}.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scripts.rules.tree import Tree

_INLINE = "(?:span|b|i|em|strong|a|code|small|sub|sup)"
# Text or an expression right before the element (or before the block that begins with it), and a gap right behind its tag.
_OPENING = re.compile(rf"[^\s>][^\S\n]*(?:\{{#if [^}}]*\}})?<{_INLINE}(?:\s[^<>]*)?>[ \t]+\S")
_CLOSING = re.compile(rf"[^\s>][ \t]+</{_INLINE}>(?:\{{/if\}})?(?:\w|\{{(?!/)|\()")


def violations(tree: Tree) -> Iterator[str]:
    """Lines whose words are glued when they are shown."""
    for path in tree.files("*.svelte"):
        for number, line in enumerate(tree.text(path).splitlines(), 1):
            if _OPENING.search(line) or _CLOSING.search(line):
                yield f"{path}:{number}: Svelte drops the gap inside the element; put it outside or into the expression"
