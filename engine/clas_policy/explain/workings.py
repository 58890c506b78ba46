"""How: an amount as a tree of operations, each with its exact value; what is told is asked of what was run."""

from __future__ import annotations

from typing import assert_never

from clas_policy.explain import amounts, reasons
from clas_policy.explain.citing import Citations
from clas_policy.explain.compiled import Formula
from clas_policy.explain.program import CompiledGrant, capped
from clas_policy.explain.ranges import NOTHING, Range
from clas_policy.explain.slots import IDENTITY, RANGE, STATUS, Row
from clas_policy.explain.writing import Tell, always, by_status, end_text, more, opened, priced, quoted
from clas_policy.model import amount as a
from clas_policy.model import condition as c
from clas_policy.model.fact import Type
from clas_policy.model.money import format_amount


def how(formula: Formula, cite: Citations, role: str | None = None) -> Tell:
    """Tells the workings of an amount; `role` is its part in the operation above, where its place does not say."""
    node = formula.node
    match node:
        case c.Literal() | c.ParameterValue() | c.FactValue():
            return _leaf(formula, node, role, cite)
        case a.GrantAmount(grant=name):
            return _grant(formula, "grant", name, role, cite)
        case a.IfGranted(grant=name):
            return _grant(formula, "if_granted", name, role, cite)
        case a.Share():
            return _share(formula, node, role, cite)
        case a.Add():
            return _operation(formula, "add", role, cite)
        case a.Minus():
            return _operation(formula, "minus", role, cite)
        case a.Smallest():
            return _operation(formula, "smallest_of", role, cite)
        case a.Largest():
            return _operation(formula, "largest_of", role, cite)
        case a.FirstMatch():
            return _first_match(formula, role, cite)
        case a.Total(grant=name, entity=entity):
            return _total(formula, name, entity, role, cite)
        case _:
            assert_never(node)


def of_grant(grant: CompiledGrant, cite: Citations) -> Tell:
    """Tells how a grant's amount comes about: its formula and cap, exactly, and what rounding makes of it."""
    power, formula, cap = capped(grant)
    paid_at, rule = grant.cell.index + RANGE, grant.rule
    tell = how(grant.amount, cite)
    limit = None if grant.at_most is None else how(grant.at_most, cite, "at_most")
    rounding = more(round_to=None if rule.round_to == 1 else format_amount(rule.round_to)) + "}"
    head = opened(operation="at_most")

    def told(d: Row, e: Row) -> str:
        low, high = formula(d, e)
        tree = tell(d, e)
        if cap is not None and limit is not None:
            least, most = cap(d, e)
            low, high = min(low, least), min(high, most)
            tree = f'{head}{priced(low, high, power)},"operands":[{tree},{limit(d, e)}]}}'
        exact, paid = _known((max(low, 0), max(high, 0)), power), _known(e[paid_at], 0)
        return f'{tree[:-1]},"exact":{exact},"rounded":{paid}{rounding}'

    return told


def _known(amount: Range, power: int) -> str:
    low, high = amount
    return end_text(low, power) if low == high else "null"


def _leaf(formula: Formula, node: c.Operand, role: str | None, cite: Citations) -> Tell:
    run, fixed = formula.run, formula.fixed or NOTHING
    match node:
        case c.FactValue(fact=name):
            head, at = opened(role=role, operation="fact", **cite.fact(name)), cite.at(node.at)
            return lambda d, e: f"{head}{priced(*run(d, e), 0)}{at}}}"
        case c.ParameterValue(parameter=name):
            return always(opened(role=role, operation="parameter", **cite.parameter(name)) + priced(*fixed, 0) + "}")
        case c.Literal():
            return always(opened(role=role, operation="literal") + priced(*fixed, 0) + cite.at(node.at) + "}")
        case _:
            assert_never(node)


def _grant(formula: Formula, operation: str, name: str, role: str | None, cite: Citations) -> Tell:
    run, cell = formula.run, cite.names.layout.cell(name)
    index, of_member = cell.index + STATUS, cell.of_member
    head = opened(role=role, operation=operation, **cite.rule(name)) + ',"status":"'
    at = cite.at(formula.node.at)

    def tell(d: Row, e: Row) -> str:
        return f'{head}{(e if of_member else d)[index]}"{priced(*run(d, e), 0)}{at}}}'

    return tell


def _operation(formula: Formula, operation: str, role: str | None, cite: Citations) -> Tell:
    operands = tuple(how(part, cite) for part in formula.parts)
    return _with_operands(formula, opened(role=role, operation=operation), operands, cite)


def _with_operands(formula: Formula, head: str, operands: tuple[Tell, ...], cite: Citations) -> Tell:
    run, power, at = formula.run, formula.power, cite.at(formula.node.at)

    def tell(d: Row, e: Row) -> str:
        told = ",".join([operand(d, e) for operand in operands])
        return f'{head}{priced(*run(d, e), power)}{at},"operands":[{told}]}}'

    return tell


def _share(formula: Formula, node: a.Share, role: str | None, cite: Citations) -> Tell:
    rate = _rate(node.rate, cite)
    parts = tuple(how(part, cite, name) for part, name in zip(formula.parts, ("of", "counted_up_to"), strict=False))
    return _with_operands(formula, opened(role=role, operation="rate"), (rate, *parts), cite)


def _rate(operand: c.Operand, cite: Citations) -> Tell:
    match operand:
        case c.FactValue():
            head = opened(role="rate", operation="fact")
        case c.ParameterValue():
            head = opened(role="rate", operation="parameter")
        case c.Literal():
            head = opened(role="rate", operation="literal")
        case _:
            assert_never(operand)
    value = cite.operand(operand, Type.RATE)
    return lambda d, e: f"{head}{value(d, e)}}}"


def _first_match(formula: Formula, role: str | None, cite: Citations) -> Tell:
    cases = tuple(
        _case(formula, number, cite) if number < len(formula.tests) else how(part, cite, "otherwise")
        for number, part in enumerate(formula.parts)
    )
    return _with_operands(formula, opened(role=role, operation="first_match"), cases, cite)


def _case(formula: Formula, number: int, cite: Citations) -> Tell:
    test, part = formula.tests[number], formula.parts[number]
    run, when, then = test.run, reasons.why(test, cite), how(part, cite)
    amount, power, heads = part.run, part.power, by_status(opened(operation="case"), "")

    def tell(d: Row, e: Row) -> str:
        value = priced(*amount(d, e), power)
        return f'{heads[run(d, e)]}{value},"when":{when(d, e)},"operands":[{then(d, e)}]}}'

    return tell


def _total(formula: Formula, name: str, entity: str, role: str | None, cite: Citations) -> Tell:
    rows_at, cell = cite.names.layout.lists[entity], cite.names.layout.cell(name)
    run, worth, status = formula.run, amounts.worth(cell), cell.index + STATUS
    head, at = opened(role=role, operation="total", **cite.rule(name)), cite.at(formula.node.at)
    each = f'{{"operation":"grant","entity":{{{quoted(entity)}:'

    def tell(d: Row, e: Row) -> str:
        told = ",".join(
            [
                f'{each}{quoted(row[IDENTITY])}}},"status":"{row[status]}"{priced(*worth(d, row), 0)}}}'
                for row in d[rows_at] or ()
            ]
        )
        return f'{head}{priced(*run(d, e), 0)}{at},"operands":[{told}]}}'

    return tell
