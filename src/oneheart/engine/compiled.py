"""The compiled loops, ready to be called: their machine code is kept in a file, so that numba is not loaded again.

To load numba and what it needs takes a third of a second, more than all fits of a small gathering. So what `kernels`
compiles is kept as plain machine code, one file for each loop and its sizes. Later processes load that file with
llvmlite alone and call it through ctypes, which lets other threads run meanwhile.

A file counts only for the source of `kernels`, this module, the versions of numba, llvmlite and numpy, and the system
and processor that it was made for; its name is a hash of these. `kept_code` says where files lie and whose files count.
Where nothing can be kept, where it would need more of a library than memory, or where anything goes wrong with
it, numba itself is used: the numbers are the same, and a line in the log tells what went wrong.

Source: ours; the machine code is numba's, by way of LLVM's MCJIT.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from oneheart.engine import kept_code
from oneheart.errors import UserError

Floats = npt.NDArray[np.float64]
Loop = Callable[..., None]


class Array(NamedTuple):
    """An argument that is an array without gaps, rows first."""

    kind: str
    dimensions: int


class Number(NamedTuple):
    """An argument that is a number: int64 or float64."""

    kind: str


_INT = Number("int64")
_VECTOR, _MATRIX, _CUBE = (Array("float64", n) for n in (1, 2, 3))
_STARTS, _DESIRES, _STANCES = Array("int64", 1), Array("int32", 1), Array("int8", 1)
_LOOPS: dict[str, tuple[Array | Number, ...]] = {
    "sweep_block": (
        *(_INT, _INT, _STARTS, _DESIRES, _STANCES),  # first, last, start, desire, stance
        *(_MATRIX, _MATRIX, _MATRIX, _MATRIX, _CUBE),  # rows_t, rows_d, prior precision, mean, covariance of people
        *(_MATRIX, _MATRIX, _MATRIX),  # sums_t, sums_d, moment
    ),
    "settled_block": (
        *(_INT, _INT, _STARTS, _DESIRES, _STANCES),
        *(_MATRIX, _MATRIX, _MATRIX, _MATRIX, Number("float64"), _INT),  # rows, precision, covariance, settle, most
        *(_MATRIX, _CUBE),  # kept mean and covariance of people
        *(_MATRIX, _MATRIX, _MATRIX),
    ),
    "invert": (_CUBE,),
    "products_of_pairs": (_STARTS, _DESIRES, _VECTOR, _MATRIX),  # start, desire, value, gram
    "tables_of_pairs": (_STARTS, _DESIRES, _STANCES, Array("int32", 4)),  # start, desire, stance, tables
    "dots": (_MATRIX, _MATRIX, _STARTS, _STARTS, _VECTOR),  # left, right, i, j, out
    "times": (_STARTS, _DESIRES, _VECTOR, _MATRIX, _MATRIX),  # start, desire, value, right, out
}
"""Arguments of what each function of `kernels` returns."""

_CTYPES: dict[str, Any] = {"int64": ctypes.c_int64, "float64": ctypes.c_double}
_LIBRARY = {"malloc", "free", "memset", "memcpy", "memmove"}
_MEMORY = """
%info = type { i64, ptr, ptr, ptr, i64, ptr }
declare ptr @malloc(i64)
declare void @free(ptr)
define ptr @NRT_MemInfo_alloc_aligned(i64 %size, i32 %align) {
  %wide = zext i32 %align to i64
  %more = add i64 %size, %wide
  %all = add i64 %more, 48
  %info = call ptr @malloc(i64 %all)
  %failed = icmp eq ptr %info, null
  br i1 %failed, label %end, label %fill
fill:
  %place = ptrtoint ptr %info to i64
  %after = add i64 %place, 47
  %above = add i64 %after, %wide
  %mask = sub i64 0, %wide
  %aligned = and i64 %above, %mask
  %data = inttoptr i64 %aligned to ptr
  store i64 1, ptr %info
  %where = getelementptr %info, ptr %info, i32 0, i32 3
  store ptr %data, ptr %where
  %how = getelementptr %info, ptr %info, i32 0, i32 4
  store i64 %size, ptr %how
  br label %end
end:
  ret ptr %info
}
define void @NRT_MemInfo_call_dtor(ptr %info) {
  call void @free(ptr %info)
  ret void
}
"""
"""What numba's code asks of its library for arrays that a loop makes for itself: memory, and to give it back."""

_ENTRY = "oneheart_loop"
_lock = threading.Lock()


def thread_count() -> int:
    """Return the number of threads of a sweep: ONEHEART_THREADS, or the cores this process may run on.

    Example:
        >>> thread_count() >= 1
        True
    """
    asked = os.environ.get("ONEHEART_THREADS", "")
    if asked.isdigit() and int(asked) > 0:
        return int(asked)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)


def run_blocks(work: Callable[[int], None], count: int, threads: int) -> None:
    """Call ``work(block)`` for every block number on this many threads; raise the first error of a thread."""
    if threads <= 1 or count <= 1:
        for block in range(count):
            work(block)
        return
    with ThreadPoolExecutor(max_workers=threads) as pool:
        list(pool.map(work, range(count)))


def sweep_block(n_touch: int, n_direction: int) -> Loop:
    """Return the sweep over one block of people: see `kernels.sweep_block`."""
    return loop("sweep_block", n_touch, n_direction)


def settled_block(n_touch: int, n_direction: int) -> Loop:
    """Return the sweep over a block of people who keep no state: see `kernels.settled_block`."""
    return loop("settled_block", n_touch, n_direction)


def invert(size: int) -> Callable[[Floats], None]:
    """Return a function that inverts positive definite matrices (M, size, size) in place: see `kernels.invert`."""
    return loop("invert", size)


def loop(name: str, *sizes: int) -> Loop:
    """Return a compiled loop of `kernels` for these sizes, from its file or compiled now (seconds, once).

    Raises:
        KeyError: if the loop has no row in the table of arguments.
        UserError: nothing is kept, and numba's compiler is switched off.
    """
    with _lock:
        return found_or_made(name, *sizes)


@lru_cache(maxsize=32)
def found_or_made(name: str, *sizes: int) -> Loop:
    """Return what `loop` returns; it must not be called by two threads at once."""
    arguments = _LOOPS[name]
    try:
        code = _kept_or_made(name, sizes, arguments)
        if code is not None:
            return MachineCode(code, arguments)
    except UserError:
        raise
    except Exception as error:  # noqa: BLE001  files and LLVM fail in many ways, and numba gives the same numbers
        kept_code.tell_once(
            f"Machine code cannot be kept here ({type(error).__name__}: {error}). "
            "Each start compiles it again, which takes some seconds; the numbers are the same."
        )
    return _by_numba(name, sizes)


def _kept_or_made(name: str, sizes: Sequence[int], arguments: Sequence[Array | Number]) -> bytes | None:
    """Return machine code from its file or compiled now; None where it needs more of a library than memory."""
    place = kept_code.folder()
    path = None if place is None else place / f"{name}-{'-'.join(map(str, sizes))}-{stamp()}.code"
    code = None if path is None else kept_code.read_code(path)
    if code is None:
        made = _by_numba(name, sizes)
        code = machine_code(made.py_func, dict(made.targetoptions), arguments)
        if code is not None and path is not None:
            kept_code.write_code(path, code)
    return code


def _by_numba(name: str, sizes: Sequence[int]) -> Any:
    """Return the loop as numba compiles it."""
    from oneheart.engine import kernels  # noqa: PLC0415  numba is loaded only to compile

    return getattr(kernels, name)(*sizes)


# ------------------------------------------------------------------------------------------------------------ calling


class MachineCode:
    """A loop in memory, to be called with arrays and numbers.

    Args:
        code: an object file with one function.
        arguments: what it takes.

    Raises:
        RuntimeError: if LLVM cannot read it, or there is no loop in it.
    """

    __slots__ = ("_engine", "_function", "_wanted")

    def __init__(self, code: bytes, arguments: Sequence[Array | Number]) -> None:
        """See the class."""
        kinds: list[Any] = [ctypes.c_void_p, ctypes.c_void_p]  # where a result and an error would be told
        for argument in arguments:
            if isinstance(argument, Number):
                kinds.append(_CTYPES[argument.kind])
            else:
                kinds += [ctypes.c_int64] * (5 + 2 * argument.dimensions)
        self._engine = _engine_of(code)  # the code lives as long as its engine
        address = self._engine.get_function_address(_ENTRY)
        if not address:
            message = "there is no loop in this machine code"
            raise RuntimeError(message)
        self._function = ctypes.CFUNCTYPE(ctypes.c_int32, *kinds)(address)
        self._wanted = [None if isinstance(a, Number) else (np.dtype(a.kind), a.dimensions) for a in arguments]

    def __call__(self, *values: Any) -> None:
        """Run the loop; other threads run meanwhile.

        Raises:
            TypeError: if an array has another kind, number of dimensions or layout.
            ValueError: if there are more or fewer values than arguments.
            MemoryError: if the loop gets no memory.
        """
        flat: list[Any] = []
        for value, want in zip(values, self._wanted, strict=True):
            if want is None:
                flat.append(value)
                continue
            if value.dtype != want[0] or value.ndim != want[1] or not value.flags.c_contiguous:
                message = f"a compiled loop takes {want[0]} in {want[1]} dimensions without gaps"
                raise TypeError(message)
            place = value.__array_interface__["data"][0]
            flat += (0, 0, value.size, value.itemsize, place, *value.shape, *value.strides)
        result, error = ctypes.c_void_p(), ctypes.c_void_p()
        if self._function(ctypes.addressof(result), ctypes.addressof(error), *flat):
            raise MemoryError


def _engine_of(code: bytes) -> Any:
    """Return the engine of LLVM that holds this machine code."""
    binding = _binding()
    engine = binding.create_mcjit_compiler(binding.parse_assembly(""), _target_machine())
    engine.add_object_file(binding.ObjectFileRef.from_data(code))
    engine.finalize_object()
    return engine


@cache
def _binding() -> Any:
    """Return LLVM, made ready for this processor."""
    from llvmlite import binding  # noqa: PLC0415  only where something is fitted

    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    return binding


def _target_machine() -> Any:
    binding = _binding()
    target = binding.Target.from_default_triple()
    cpu, features = processor()
    return target.create_target_machine(cpu=cpu, features=features, opt=3, reloc="default", codemodel="jitdefault")


# ---------------------------------------------------------------------------------------------------------- compiling


def machine_code(function: Any, options: dict[str, Any], arguments: Sequence[Array | Number]) -> bytes | None:
    """Return the machine code of a loop, None where it needs more of a library than memory."""
    import numba  # noqa: PLC0415

    from oneheart.engine import kernels  # noqa: PLC0415

    def kind(argument: Array | Number) -> Any:
        base = getattr(numba.types, argument.kind)
        return base if isinstance(argument, Number) else numba.types.Array(base, argument.dimensions, "C")

    compiled = kernels.compiled(function, fastmath=options.get("fastmath", False), kept=False)
    compiled.compile(tuple(kind(argument) for argument in arguments))
    (found,) = compiled.overloads.values()
    return emitted(found.library.get_llvm_str(), found.fndesc.llvm_func_name)


def emitted(text: str, entry: str) -> bytes | None:
    """Return the machine code of one function of a module, None where it calls what is not at hand."""
    binding = _binding()
    module = binding.parse_assembly(text)
    for function in module.functions:
        if not function.is_declaration and function.name != entry:
            function.linkage = "internal"
    module.get_function(entry).name = _ENTRY
    module.get_function(_ENTRY).linkage = "external"
    module.link_in(binding.parse_assembly(_MEMORY))
    for name in ("NRT_MemInfo_alloc_aligned", "NRT_MemInfo_call_dtor"):
        module.get_function(name).linkage = "internal"
    passes = binding.create_new_module_pass_manager()
    passes.add_global_dead_code_eliminate_pass()
    tuning = binding.create_pipeline_tuning_options(speed_level=0)
    passes.run(module, binding.create_pass_builder(_target_machine(), tuning))
    needed = {f.name for f in module.functions if f.is_declaration and not f.name.startswith("llvm.")}
    if not needed <= _LIBRARY or any(binding.address_of_symbol(name) is None for name in needed):
        return None
    return bytes(_target_machine().emit_object(module))


# ------------------------------------------------------------------------------------------------------------ keeping


def processor() -> tuple[str, str]:
    """Return the processor's name and what it can do, as LLVM calls them."""
    binding = _binding()
    return binding.get_host_cpu_name(), binding.get_host_cpu_features().flatten()


@cache
def stamp() -> str:
    """Return the hash of all on which machine code depends."""
    here = Path(__file__).parent
    parts = [(here / name).read_bytes() for name in ("kernels.py", "teams.py", "compiled.py")]
    versions = (version(name) for name in ("numba", "llvmlite", "numpy"))  # numba itself is not loaded
    parts += [part.encode() for part in (*versions, _binding().get_default_triple(), *processor())]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]
