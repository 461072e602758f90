"""A whole program as IR: its groups, the step that calls them in turn, and the run of many steps.

The step and the run are those of one of several threads that share each node and meet where the schedule says; a thread
that is alone has all of a node and meets nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final, TypeAlias

from glassnet.engines.engine import APPLIED, STOPPED
from glassnet.engines.native import outer
from glassnet.engines.native.calls import Place, entry, product, turn
from glassnet.engines.native.declared import needed
from glassnet.engines.native.emit import Nest, pieces_of, scaled
from glassnet.engines.native.ir import AS_IT_IS, SUFFIX, TYPES, Function, Value, literal
from glassnet.engines.native.masked import zeros_win
from glassnet.engines.native.meeting import THREAD, divided, meeting, shares_of, whole
from glassnet.engines.native.nests import Buffer, Group, Nests, Node, Product, Scan, Turn, buffers, every
from glassnet.engines.native.processor import Manners
from glassnet.engines.native.schedule import Schedule, Share, share_of
from glassnet.engines.native.single import single, takes_one_row
from glassnet.engines.native.slices import RUN, Slices, meet

OUTSIDE: Final = """@outside = internal global i64 0

define i64 @was_outside() {
  %seen = load i64, ptr @outside
  ret i64 %seen
}"""  # what code that checks its addresses has seen
STEP: Final = ("ptr %table", "i64 %n", "i64 %t", "i64 %first")  # which is 0 for the later batches of a map
Shares: TypeAlias = Mapping[Share, tuple[Value, Value]]


class Module:
    """The IR text of a program, which the host enters through its `entries`.

    `slots` says at which place of the table each buffer's address stands.
    """

    def __init__(
        self, nests: Nests, schedule: Schedule, loss: str, weight: str, manners: Manners, *, checked: bool = False
    ) -> None:
        self.nests, self._schedule = nests, schedule
        held = [*nests.leaves.values(), *buffers(nests.nodes)]
        self.slots: dict[Buffer, int] = {buffer: i for i, buffer in enumerate(dict.fromkeys(held))}
        self._groups: dict[int, tuple[str, Nest]] = {}  # the function of each group, and what it is handed
        self.entries: tuple[str, ...] = ("step", "step_shared")
        parts = self._write_groups(checked)
        parts += [self._once(), self._step(), alone("step", STEP)]
        if loss in nests.outputs and weight in nests.outputs:
            sums = [nests.outputs[loss], nests.outputs[weight]]
            parts += [Slices(nests, self.slots, sums).run(), alone("run", RUN)]
            self.entries += ("run", "run_shared")
        if takes_one_row(nests.leaves):
            parts.append(single(nests.leaves, self.slots))
            self.entries += ("single",)
        parts += [meeting(manners), manners.flush]
        if checked:
            parts.append(OUTSIDE)
            self.entries += ("was_outside",)
        called = "\n".join(parts)
        thin = {(each.c.dtype, each.chained) for each in every(nests.nodes) if isinstance(each, Product)}
        parts += [outer.outer(*how) for how in sorted(thin) if f"@{outer.symbol(*how)}(" in called]
        parts += [zeros_win(dtype) for dtype, suffix in SUFFIX.items() if f"@zeros_win_{suffix}(" in called]
        self.text = "\n\n".join([*parts, *needed("\n".join(parts)), AS_IT_IS])

    def _write_groups(self, checked: bool) -> list[str]:
        """The functions of all groups; groups that are alike but for their buffers have one."""
        written: dict[str, Nest] = {}
        for node in every(self.nests.nodes):
            if isinstance(node, Group):
                nest = Nest(f"group{len(written)}", node, checked=checked)
                first = written.setdefault(str(nest.f).partition("(")[2], nest)
                self._groups[id(node)] = first.f.symbol, nest
        return [str(nest.f) for nest in written.values()]

    # -- one step --------------------------------------------------------------------------------------------------
    def _step(self) -> str:
        """A step as the host calls it; one that trains counts numbers below the normal range as 0.

        Threads meet at its end, for a next one may write where another thread still reads.
        """
        parameters = [*STEP, *THREAD]
        f = Function("step_shared", parameters, returns="i64", linkage="")
        before = f("call i64 @flush()") if self.nests.next_state else None
        code = f(f"call i64 @once({', '.join(parameters)})")
        if before is not None:
            f.do(f"call void @restore(i64 {before})")
        meet(f)
        f.returns(code)
        return str(f)

    def _once(self) -> str:
        f = Function("once", [*STEP, *THREAD], returns="i64")
        pointers = {buffer: entry(f, "%table", slot) for buffer, slot in self.slots.items()}
        shares = self._shares(f)
        still, count = self.nests.still, len(self.nests.nodes)
        if still:
            f.when(f("icmp ne i64", "%first", "0"), partial(self._nodes, f, range(still), pointers, shares))
        self._nodes(f, range(still, count), pointers, shares)
        if self.nests.guards and self.nests.guarded == count:
            self._guard(f, pointers)
        f.returns(str(APPLIED))
        return str(f)

    def _nodes(self, f: Function, numbers: range, pointers: Mapping[Buffer, Value], shares: Shares) -> None:
        """Some of the nodes, one after another, with the meetings between them."""
        guarded = self.nests.guarded if self.nests.guards else -1
        for number in numbers:
            if number == guarded:
                self._guard(f, pointers)
            elif self._schedule.meets(number):
                meet(f)
            self._node(f, self.nests.nodes[number], Place(pointers), shares)

    def _shares(self, f: Function) -> Shares:
        """From where to where this thread works on what threads divide; to divide takes time that one alone saves."""
        shares = shares_of(self.nests.nodes)
        limits = f.chosen(
            f("icmp eq i64", "%threads", "1"),
            "i64",
            lambda: [limit for share in shares for limit in whole(f, share)],
            lambda: [limit for share in shares for limit in divided(f, share)],
        )
        return dict(zip(shares, zip(limits[::2], limits[1::2], strict=True), strict=True))

    def _scan(self, f: Function, scan: Scan, place: Place, shares: Shares) -> None:
        """A loop over the time steps, over pieces of them, or over the steps of a piece."""
        begin, end = _times(f, scan, place)

        def step(i: Value, _: Sequence[Value]) -> Sequence[Value]:
            time = f("sub i64", f("add i64", begin, f("sub i64", end, "1")), i) if scan.reverse else i
            for number, node in enumerate(scan.nodes):
                if self._schedule.meets_in(scan, number):
                    meet(f)
                self._node(f, node, Place(place.pointers, (*place.times, time)), shares)
            return []

        f.loop(begin, end, step)

    def _guard(self, f: Function, pointers: Mapping[Buffer, Value]) -> None:
        """Leave before anything is written to the state where the loss is not finite or an index was wrong."""
        meet(f)
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
    def _node(self, f: Function, node: Node, place: Place, shares: Shares) -> None:
        """A node: of one thread where it cannot be shared."""
        if isinstance(node, Scan):
            self._scan(f, node, place, shares)
            return
        share = share_of(node)
        body = partial(self._called, f, node, place, shares[share])
        if share.extent is None:
            f.when(f("icmp eq i64", "%tid", "0"), body)
        else:
            body()

    def _called(self, f: Function, node: Node, place: Place, share: tuple[Value, Value]) -> None:
        if isinstance(node, Group):
            symbol, nest = self._groups[id(node)]
            handed = [f"ptr {place.pointers[buffer]}" for buffer in nest.buffers]
            times = place.times[: len(nest.times)]
            handed += ["i64 %n", "i64 %t", *(f"i64 {value}" for value in (*share, *times))]
            f.do(f"call void @{symbol}({', '.join(handed)})")
        elif isinstance(node, Product):
            product(f, node, place, share)
        elif isinstance(node, Turn):
            turn(f, node, place, share)


def _times(f: Function, scan: Scan, place: Place) -> tuple[Value, Value]:
    """The first time of a scan, and the one after the last."""
    if scan.keep is None:
        return "0", scaled(f, scan.steps)
    if not scan.within:
        return "0", pieces_of(f, scan.steps, scan.keep)
    begin = f("mul i64", place.times[-1], str(scan.keep))
    end = f("add i64", begin, str(scan.keep))
    return begin, f.call("i64", "llvm.smin.i64", f"i64 {end}", f"i64 {scaled(f, scan.steps)}")


def alone(name: str, parameters: Sequence[str]) -> str:
    """A function of several threads, `name` and "_shared", for a thread that is alone."""
    f = Function(name, parameters, returns="i64", linkage="")
    f.returns(f.call("i64", f"{name}_shared", *parameters, "i64 0", "i64 1", "ptr null"))
    return str(f)
