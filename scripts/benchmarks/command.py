"""The command line of `scripts/bench.py`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from shutil import unpack_archive
from statistics import median
from tempfile import TemporaryDirectory

from scripts import build_accelerated
from scripts.benchmarks import (
    interruptions,
    kernels,
    linear,
    modules,
    native,
    snapshots,
    translation,
    wasi,
)
from scripts.benchmarks.measurement import (
    MACHINE_CODE,
    Program,
    Timing,
    all_variants,
    default_record,
    measure,
    metered_variants,
    save,
    this_interpreter,
)
from scripts.benchmarks.processes import MeasurementError, Variant
from scripts.benchmarks.report import (
    markdown,
    native_columns,
    python_columns,
    row_text,
    tabulate,
)
from scripts.benchmarks.summary import geometric_mean, ratio


def kernel_programs(names: str | None) -> list[Program]:
    """The kernels, as what is measured."""
    return [
        Program(
            kernel.name,
            kernel.covers,
            kernel.wasm,
            kernel.size,
            kernel.idiom,
            kernel.bits,
            handwritten=True,
        )
        for kernel in kernels.chosen(names)
    ]


def chosen_variants(arguments: argparse.Namespace, kernels: bool) -> list[Variant]:
    """The variants that the options leave."""
    variants = all_variants(arguments.tuned, kernels)
    if arguments.engines:
        wanted = arguments.engines.split(",")
        variants = [item for item in variants if item.engine in wanted]
    if arguments.pythons:
        wanted = [*arguments.pythons.split(",")]
        variants = [
            item
            for item in variants
            if item.interpreter.label in wanted or item.engine in MACHINE_CODE
        ]
    return variants


def compare(
    programs: Sequence[Program],
    variants: Sequence[Variant],
    arguments: argparse.Namespace,
) -> None:
    """Measure, tell each program's ratios as they come, and print the table."""
    timings: list[Timing] = []
    measured = []
    columns = [*python_columns(variants), *native_columns(variants)]
    for program in programs:
        try:
            found = measure(program, variants, arguments.repeats, arguments.optimize)
        except (MeasurementError, OSError) as error:
            print(f"{program.name}: {error}", file=sys.stderr)
            continue
        timings += found
        measured.append(program)
        text = row_text(tabulate(found), program, columns)
        print(text, file=sys.stderr, flush=True)
    save(timings, arguments.record)
    table = "\n".join(markdown(measured, tabulate(timings), variants)) + "\n"
    sys.stdout.write(table)
    if arguments.markdown is not None:
        arguments.markdown.write_text(table, "utf-8")


def run_kernels(arguments: argparse.Namespace) -> None:
    """`bench.py kernels`."""
    variants = chosen_variants(arguments, kernels=True)
    compare(kernel_programs(arguments.only), variants, arguments)


def run_real(arguments: argparse.Namespace) -> None:
    """`bench.py real`."""
    variants = chosen_variants(arguments, kernels=False)
    compare(modules.real_programs(arguments.only), variants, arguments)


def run_calls(arguments: argparse.Namespace) -> None:
    """`bench.py calls`."""
    variants = chosen_variants(arguments, kernels=False)
    print("| call | engine | microseconds |\n| --- | --- | ---: |")
    for program in modules.call_programs(arguments.only):
        found = measure(program, variants, arguments.repeats, arguments.optimize)
        for timing in found:
            microseconds = min(timing.seconds) / program.size * 1e6
            print(f"| {program.covers} | {timing.variant.label} | {microseconds:.3f} |")


def run_record(arguments: argparse.Namespace) -> None:
    """`bench.py record`: pywasm is too slow for the kernels' own sizes."""
    here = this_interpreter()
    variants = [Variant(engine, here) for engine in ("wasm2py", "pywasm")]
    print("| program | wasm2py, ms | pywasm, ms | ratio |")
    print("| --- | ---: | ---: | ---: |", flush=True)
    for name, size in (("fib", 14), ("sieve", 2000), ("mandelbrot", 6)):
        program = kernel_programs(name)[0]._replace(size=size)
        found = measure(program, variants, arguments.repeats, optimize=2)
        own, other = (min(timing.seconds) * 1000 for timing in found)
        print(f"| {name} {size} | {own:.3f} | {other:.0f} | {other / own:.0f} |")


def run_translate(arguments: argparse.Namespace) -> None:
    """`bench.py translate`."""
    with ExitStack() as stack:
        accelerated = None
        if arguments.accelerated:
            folder = Path(stack.enter_context(TemporaryDirectory()))
            wheel = build_accelerated.build(sys.executable, folder)
            accelerated = folder / "unpacked"
            unpack_archive(wheel, accelerated, "zip")
        print("| module | how | CPU, s | wall, s | peak, MiB | times the first's CPU |")
        print("| --- | --- | ---: | ---: | ---: | ---: |", flush=True)
        for name in arguments.modules.split(","):
            compared = translation.ways(name, arguments.pwasm, accelerated)
            if arguments.only:
                wanted = arguments.only.split(",")
                compared = [way for way in compared if way.label in wanted]
            translation.translate(name, compared, arguments.repeats)


def run_linear(arguments: argparse.Namespace) -> None:
    """`bench.py linear`."""
    sizes = linear.SIZES
    print(
        "| shape |", " | ".join(f"{size:,} bytes" for size in sizes), "| last ratio |"
    )
    print("| --- |", " | ".join("---:" for _ in sizes), "| ---: |", flush=True)
    for shape in arguments.only.split(",") if arguments.only else linear.SHAPES:
        runs = [linear.measured(shape, size) for size in sizes]
        cells = [f"{run['seconds']:.2f} s, {run['peak'] / 2**20:.0f}" for run in runs]
        ratio = runs[-1]["seconds"] / runs[-2]["seconds"]
        print(f"| {shape} | {' | '.join(cells)} | {ratio:.1f} |", flush=True)


def run_import(arguments: argparse.Namespace) -> None:
    """`bench.py import`."""
    print("| module | warm, ms | peak, MiB | first, ms | peak, MiB |")
    print("| --- | ---: | ---: | ---: | ---: |", flush=True)
    for name in arguments.modules.split(","):
        translation.imports(name, arguments.repeats)


def run_stream(arguments: argparse.Namespace) -> None:
    """`bench.py stream`."""
    print(
        "| module | KB/s | wall, s | CPU, s | package after the last byte, s ", end=""
    )
    print("| process ended, s | code section at the first function |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |", flush=True)
    for name in arguments.modules.split(","):
        translation.stream(name, arguments.rate * 1000)


def run_wasi(arguments: argparse.Namespace) -> None:
    """`bench.py wasi`."""
    print("| | CPU |\n| --- | ---: |")
    for name, microseconds in wasi.calls(arguments.repeats):
        print(f"| {name} | {microseconds:.1f} us |", flush=True)
    for name, milliseconds in wasi.starts(arguments.repeats):
        print(f"| `{name}` | {milliseconds:.0f} ms |", flush=True)


def run_native(arguments: argparse.Namespace) -> None:
    """`bench.py native`."""
    print("| module | compiler | CPU, s | wall, s | peak, MiB | MB |")
    print("| --- | --- | ---: | ---: | ---: | ---: |", flush=True)
    for name in arguments.modules.split(","):
        native.builds(name, arguments.compilers.split(","))


def run_interruptions(arguments: argparse.Namespace) -> None:
    """`bench.py interruptions`."""
    print("| | by | median, ms | most, ms |\n| --- | --- | ---: | ---: |", flush=True)
    for found in interruptions.delays(arguments.repeats, arguments.load):
        middle, most = median(found.milliseconds), max(found.milliseconds)
        print(
            f"| {found.name} | {found.what} | {middle:.1f} | {most:.1f} |", flush=True
        )


def run_snapshots(arguments: argparse.Namespace) -> None:
    """`bench.py snapshots`."""
    print("| QuickJS evaluates 1+1 | first process | later ones |")
    print("| --- | ---: | ---: |", flush=True)
    for name, first, later in snapshots.starts(arguments.repeats):
        print(f"| {name} | {first:.0f} ms | {later:.0f} ms |", flush=True)


def run_metered(arguments: argparse.Namespace) -> None:
    """`bench.py metered`."""
    variants = metered_variants()
    pairs = list(zip(variants[::2], variants[1::2]))
    ratios: dict[Variant, list[float]] = {plain: [] for plain, _ in pairs}
    labels = [plain.label for plain, _ in pairs]
    print("| kernel |", " | ".join(labels), "|")
    print("| --- |", " | ".join("---:" for _ in labels), "|", flush=True)
    for program in kernel_programs(arguments.only):
        timings = measure(program, variants, arguments.repeats, optimize=2)
        found = {timing.variant: timing.seconds for timing in timings}
        for plain, metered in pairs:
            ratios[plain].append(ratio(found[metered], found[plain]).minima)
        cells = [f"{ratios[plain][-1]:.2f}" for plain, _ in pairs]
        print(f"| {program.name} |", " | ".join(cells), "|", flush=True)
    cells = [f"{geometric_mean(ratios[plain]):.2f}" for plain, _ in pairs]
    print("| geometric mean |", " | ".join(cells), "|")


def run_build(arguments: argparse.Namespace) -> None:
    """`bench.py build`."""
    wanted = kernels.chosen(arguments.only)
    kernels.build(wanted if arguments.only else [*wanted, kernels.CALLS])


def _comparison(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--only", help="names, with commas between")
    parser.add_argument("--engines", help="engines, with commas between")
    parser.add_argument("--pythons", help="such as 3.11,3.13,pypy")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("-O", "--optimize", type=int, default=2, choices=(0, 1, 2))
    parser.add_argument("--tuned", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--record", type=Path, default=default_record())
    parser.add_argument("--markdown", type=Path, help="where the table goes too")


def arguments_parser() -> argparse.ArgumentParser:
    """The subcommands and their options."""
    parser = argparse.ArgumentParser(prog="bench.py", description="Measure wasm2py.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(
        name: str, run: Callable[[argparse.Namespace], None], text: str
    ) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(run=run)
        return added

    _comparison(command("kernels", run_kernels, "Kernels in C, in every engine."))
    _comparison(
        command("real", run_real, "Fixed jobs of five real modules, or of others.")
    )
    _comparison(command("calls", run_calls, "What a call costs, out and in."))
    large = ",".join(modules.LARGE)
    translate = command("translate", run_translate, "CPU time and memory.")
    translate.add_argument("--modules", default=large)
    translate.add_argument("--pwasm", action="store_true", help="measure it as well")
    translate.add_argument(
        "--accelerated", action="store_true", help="build that wheel and measure it"
    )
    translate.add_argument("--only", help="such as '1 job,accelerated'")
    translate.add_argument("--repeats", type=int, default=1)
    growing = command("linear", run_linear, "Functions of up to 4 MB: CPU, peak MiB.")
    growing.add_argument("--only", help="shapes, with commas between")
    functions = command("wasi", run_wasi, "WASI's functions, and a program's start.")
    functions.add_argument("--repeats", type=int, default=10)
    snapped = command("snapshots", run_snapshots, "New processes of QuickJS.")
    snapped.add_argument("--repeats", type=int, default=10)
    imported = command("import", run_import, "Import and instantiate packages.")
    imported.add_argument("--modules", default=large)
    imported.add_argument("--repeats", type=int, default=5)
    stream = command("stream", run_stream, "Translate over a slow link.")
    stream.add_argument("--modules", default="quickjs")
    stream.add_argument("--rate", type=float, default=100, help="1000 bytes a second")
    built = command("native", run_native, "Compile the C of modules.")
    built.add_argument("--modules", default="quickjs")
    built.add_argument("--compilers", default="gcc", help="with commas between")
    ended = command("interruptions", run_interruptions, "How soon native code ends.")
    ended.add_argument("--repeats", type=int, default=50)
    ended.add_argument("--load", type=int, default=0, help="processes beside it")
    metered = command("metered", run_metered, "What it costs to count instructions.")
    metered.add_argument("--only", help="names, with commas between")
    metered.add_argument("--repeats", type=int, default=5)
    record = command("record", run_record, "pywasm, at tiny sizes, for the record.")
    record.add_argument("--repeats", type=int, default=3)
    build = command("build", run_build, "Compile the kernels' C files again.")
    build.add_argument("--only", help="names, with commas between")
    return parser


def main() -> int:
    """Run; returns the exit status."""
    arguments = arguments_parser().parse_args()
    try:
        arguments.run(arguments)
    except (MeasurementError, ValueError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    return 0
