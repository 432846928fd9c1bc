"""Names everything in the generated package whose type is `Any` although our document could say it.

Looked at are the fields of models, the arguments of operations, and the answers that have a body. Left out are
`additional_properties`, which the generator gives to objects that are free by their schema, and answers without a
body (304), which it calls `Any` because there is nothing to type.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

PLUMBING = {"additional_properties"}


def has_any(annotation: ast.expr | None) -> bool:
    parts = ast.walk(annotation) if annotation else ()
    return any(isinstance(part, ast.Name) and part.id == "Any" for part in parts)


def fields(model: ast.ClassDef) -> Iterator[str]:
    for field in model.body:
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            if field.target.id not in PLUMBING and has_any(field.annotation):
                yield f"{model.name}.{field.target.id}: {ast.unparse(field.annotation)}"


def arguments(operation: str, function: ast.FunctionDef) -> Iterator[str]:
    for argument in function.args.args + function.args.kwonlyargs:
        if argument.annotation and has_any(argument.annotation):
            yield f"{operation}({argument.arg}: {ast.unparse(argument.annotation)})"


def answers(operation: str, function: ast.FunctionDef) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and ast.unparse(node.value) in ("response.json()", "cast(Any, response.json())"):
            yield f"{operation}: {ast.unparse(node)}"


def untyped(package: Path) -> Iterator[str]:
    for path in sorted((package / "models").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                yield from fields(node)
    for path in sorted((package / "api").glob("*/*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name == "sync_detailed":
                yield from arguments(path.stem, node)
            if isinstance(node, ast.FunctionDef) and node.name == "_parse_response":
                yield from answers(path.stem, node)


package = Path(sys.argv[1])
found = list(untyped(package))
models, operations = (len(list(package.glob(files))) for files in ["models/*.py", "api/*/*.py"])
print("\n".join(found) or f"  no Any in {models} models and {operations} operations")
sys.exit(1 if found else 0)
