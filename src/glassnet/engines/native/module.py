"""A whole program as IR: its groups, the step that calls them in turn, and the run of many steps.

The step and the run are there twice: for one thread alone, and for one of several that share each node and meet where
the schedule says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final, TypeAlias

from glassnet.engines.engine import APPLIED, STOPPED
from glassnet.engines.native.calls import Place, entry, product, turn
from glassnet.engines.native.declared import needed
from glassnet.engines.native.emit import Nest, scaled
from glassnet.engines.native.ir import SUFFIX, TYPES, Function, Value, literal
from glassnet.engines.native.masked import zeros_win
from glassnet.engines.native.meeting import MEET, THREAD, divided, meeting, shares_of, whole
from glassnet.engines.native.nests import Buffer, Group, Nests, Node, Product, Scan, Turn, buffers, every
from glassnet.engines.native.outer import outer, symbol
from glassnet.engines.native.processor import Manners
from glassnet.engines.native.schedule import Schedule, Share, share_of
from glassnet.engines.native.single import single, takes_one_row
from glassnet.engines.native.slices import Slices

OUTSIDE: Final = """@outside = internal global i64 0

define i64 @was_outside() {
  %seen = load i64, ptr @outside
  ret i64 %seen
}"""  # what code that checks its addresses has seen
Shares: TypeAlias = Mapping[Share, tuple[Value, Value]]


class Module:
    """The IR text of a program; `slots` says at which place of the table each buffer's address stands."""

    def __init__(
        self, nests: Nests, schedule: Schedule, loss: str, weight: str, manners: Manners, *, checked: bool = False
    ) -> None:
        self.nests, self._schedule = nests, schedule
        held = [*nests.leaves.values(), *buffers(nests.nodes)]
        self.slots: dict[Buffer, int] = {buffer: i for i, buffer in enumerate(dict.fromkeys(held))}
        self._groups = {
            id(n): Nest(f"group{i}", n, checked=checked)
            for i, n in enumerate(every(nests.nodes))
            if isinstance(n, Group)
        }
        parts = [str(nest.f) for nest in self._groups.values()]
        parts += [self._once(shared=False), self._once(shared=True), self._step(shared=False), self._step(shared=True)]
        if loss in nests.outputs and weight in nests.outputs:
            slices = Slices(nests, self.slots, [nests.outputs[loss], nests.outputs[weight]])
            parts += [slices.run(shared=False), slices.run(shared=True)]
        if takes_one_row(nests.leaves):
            parts.append(single(nests.leaves, self.slots))
        parts += [meeting(manners), manners.flush, *([OUTSIDE] if checked else [])]
        called = "\n".join(parts)
        thin = {(each.c.dtype, each.chained) for each in every(nests.nodes) if isinstance(each, Product)}
        parts += [outer(*how) for how in sorted(thin) if f"@{symbol(*how)}(" in called]
        parts += [zeros_win(dtype) for dtype, suffix in SUFFIX.items() if f"@zeros_win_{suffix}(" in called]
        self.text = "\n\n".join([*parts, *needed("\n".join(parts))])

    # -- one step --------------------------------------------------------------------------------------------------
    def _step(self, *, shared: bool) -> str:
        """A step as the host calls it; one that trains counts numbers below the normal range as 0."""
        parameters = ["ptr %table", "i64 %n", "i64 %t", *(THREAD if shared else ())]
        f = Function("step_shared" if shared else "step", parameters, returns="i64", linkage="")
        before = f("call i64 @flush()") if self.nests.next_state else None
        code = f(f"call i64 @{'once_shared' if shared else 'once'}({', '.join(parameters)})")
        if before is not None:
            f.do(f"call void @restore(i64 {before})")
        f.returns(code)
        return str(f)

    def _once(self, *, shared: bool) -> str:
        parameters = ["ptr %table", "i64 %n", "i64 %t", *(THREAD if shared else ())]
        f = Function("once_shared" if shared else "once", parameters, returns="i64")
        pointers = {buffer: entry(f, "%table", slot) for buffer, slot in self.slots.items()}
        shares = {share: divided(f, share) if shared else whole(f, share) for share in shares_of(self.nests.nodes)}
        guarded = self.nests.guarded if self.nests.guards else -1
        for number, node in enumerate(self.nests.nodes):
            if number == guarded:
                self._guard(f, pointers, shared=shared)
            elif shared and self._schedule.meets(number):
                f.do(MEET)
            if isinstance(node, Scan):
                self._scan(f, node, pointers, shares, shared=shared)
            else:
                self._node(f, node, Place(pointers, "0"), shares, shared=shared)
        if guarded == len(self.nests.nodes):
            self._guard(f, pointers, shared=shared)
        f.returns(str(APPLIED))
        return str(f)

    def _scan(self, f: Function, scan: Scan, pointers: Mapping[Buffer, Value], shares: Shares, *, shared: bool) -> None:
        """A loop over the time steps."""
        steps = scaled(f, scan.steps)

        def step(i: Value, _: Sequence[Value]) -> Sequence[Value]:
            time = f("sub i64", f("sub i64", steps, "1"), i) if scan.reverse else i
            for number, node in enumerate(scan.nodes):
                if shared and self._schedule.meets_in(scan, number):
                    f.do(MEET)
                self._node(f, node, Place(pointers, time), shares, shared=shared)
            return []

        f.loop("0", steps, step)

    def _alone(self, f: Function, share: Share, shared: bool, body: Callable[[], None]) -> None:
        """A node: of one thread where it cannot be shared."""
        if shared and share.extent is None:
            f.when(f("icmp eq i64", "%tid", "0"), body)
        else:
            body()

    def _guard(self, f: Function, pointers: Mapping[Buffer, Value], *, shared: bool) -> None:
        """Leave before anything is written to the state where the loss is not finite or an index was wrong."""
        if shared:
            f.do(MEET)
        wrong: list[Value] = []
        loss = self.nests.loss
        if loss is not None:
            kind, suffix = TYPES[loss.dtype], SUFFIX[loss.dtype]
            value = f(f"load {kind}, ptr {pointers[loss]}")
            size = f.call(kind, f"llvm.fabs.{suffix}", f"{kind} {value}")
            wrong.append(f(f"fcmp uge {kind}", size, literal(float("inf"), loss.dtype)))
        for fault, _, _ in self.nests.faults:
            wrong.append(f("icmp sgt i64", f(f"load i64, ptr {pointers[fault]}"), "0"))
        stop = wrong[0]
        for other in wrong[1:]:
            stop = f("or i1", stop, other)
        f.when(stop, lambda: f.returns(str(STOPPED)), leaves=True)

    # -- nodes -----------------------------------------------------------------------------------------------------
    def _node(self, f: Function, node: Node, place: Place, shares: Shares, *, shared: bool) -> None:
        share = share_of(node)
        self._alone(f, share, shared, partial(self._called, f, node, place, shares[share]))

    def _called(self, f: Function, node: Node, place: Place, share: tuple[Value, Value]) -> None:
        if isinstance(node, Group):
            nest = self._groups[id(node)]
            handed = [f"ptr {place.pointers[buffer]}" for buffer in nest.buffers]
            handed += ["i64 %n", "i64 %t", *(f"i64 {value}" for value in (place.time, *share))]
            f.do(f"call void @{nest.f.symbol}({', '.join(handed)})")
        elif isinstance(node, Product):
            product(f, node, place, share)
        elif isinstance(node, Turn):
            turn(f, node, place, share)
