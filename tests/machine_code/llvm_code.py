"""Functions in LLVM's language, compiled for the tests."""

from llvmlite import binding

from moof.machine_code import CodeImage, emit_object, link


def compiled_object(text: str, triple: str | None = None) -> bytes:
    """Return an object for this processor, or for any one of an architecture."""
    module = binding.parse_assembly(text)
    if triple is None:
        return emit_object(module)
    binding.initialize_all_targets()
    binding.initialize_all_asmprinters()
    machine = binding.Target.from_triple(triple).create_target_machine(reloc="pic", codemodel="small")
    return bytes(machine.emit_object(module))


def compiled(text: str) -> CodeImage:
    """Return the code whose function is called "entry"."""
    return link(compiled_object(text), "entry")


TABLE = """
@numbers = internal constant [4 x i64] [i64 3, i64 5, i64 7, i64 11]
define i64 @entry(i64 %index) {
  %at = getelementptr [4 x i64], ptr @numbers, i64 0, i64 %index
  %number = load i64, ptr %at
  ret i64 %number
}
"""
CALLS = """
@outside = external global i64
declare i64 @labs(i64)
define i64 @entry(i64 %value) {
  %positive = call i64 @labs(i64 %value)
  %more = load i64, ptr @outside
  %sum = add i64 %positive, %more
  ret i64 %sum
}
"""
