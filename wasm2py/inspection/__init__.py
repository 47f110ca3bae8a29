"""What a module or a component consists of, found out while it arrives.

Whatever is well-formed is shown, also what uses proposals that nothing else here knows: types are
read as text, nothing is validated, and what has no known form is named as such.
"""

from wasm2py.inspection.component import ComponentInspection
from wasm2py.inspection.inspector import Inspector
from wasm2py.inspection.module import FunctionSize, Inspection

__all__ = ["ComponentInspection", "FunctionSize", "Inspection", "Inspector"]
