"""The gate of the protected criteria: columns marked `protected` in the contract decide nothing, go nowhere.

Run it over a compiled project, such as any refresh or `dbt build` leaves behind:

    python -m customer_segmentation.lineage_gate [TARGET_FOLDER]

It follows every protected column through the SQL that dbt compiled, model by model, whatever it is called on
the way, and says one sentence for each of these:

* it is used where rows are chosen or put together: a filter, a join, a grouping, a distinct;
* it reaches a column of a mart, also through a case, an aggregate or a window function;
* it is handed to a Python model, whose result depends on all that it reads.

A column made from a protected one is followed like it, so a proxy is found wherever it is used. Exceptions:

* a digest over a whole row of the contract, by which staging tells duplicates apart;
* where a protected column is part of the key of its table, which row is which and whether it is accepted:
  `row_key` and `rejection_rule_id` of the staging model of that table;
* `<scheme>_situation` and `<scheme>_segment` of a scheme that the catalogue marks as sensitive, behind which
  nothing is followed.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

Leaf = tuple[str, str]  # the node that a column comes from, and its name there
Leaves = frozenset[Leaf]
NOTHING: Leaves = frozenset()
ANY_COLUMN = "*"
DIGESTS = (exp.MD5, exp.MD5Digest, exp.SHA, exp.SHA2)
DIGEST_NAMES = {"hash", "md5", "md5_number", "sha1", "sha256", "xxhash64"}
DECISIONS = ("_situation", "_segment")
ROW_KEY, VERDICT = "row_key", "rejection_rule_id"


class Untraceable(ValueError):
    """SQL in which a column cannot be followed; the gate is then closed too."""


@dataclass(frozen=True)
class Relation:
    """Where the columns of a table or query come from; `others` answers for columns that are not listed."""

    columns: Mapping[str, Leaves]
    others: Callable[[str], Leaves] | None = None

    def get(self, name: str) -> Leaves | None:
        if name in self.columns:
            return self.columns[name]
        return self.others(name) if self.others else None

    def all(self) -> Leaves:
        listed = NOTHING.union(*self.columns.values())
        return listed | self.others(ANY_COLUMN) if self.others else listed


@dataclass
class Traced:
    """One model: where its columns come from, and what its rows depend on (word for the place, leaves)."""

    relation: Relation
    uses: list[tuple[str, Leaves]]


@dataclass
class _Select:
    """What names mean inside one select."""

    sources: dict[str, Relation]
    aliases: dict[str, exp.Expression] = field(default_factory=dict)
    outer: _Select | None = None


class _Tracer:
    """Traces one statement. `tables` finds the relation of a table by schema and name."""

    def __init__(
        self, tables: Callable[[str, str], Relation], *, whole_rows: Iterable[frozenset[str]]
    ) -> None:
        self._tables = tables
        self._whole_rows = list(whole_rows)
        self.uses: list[tuple[str, Leaves]] = []

    def query(
        self, query: exp.Expression, named: Mapping[str, Relation], outer: _Select | None = None
    ) -> Relation:
        named = dict(named)
        with_ = query.args.get("with_") or query.args.get("with")
        for cte in with_.expressions if with_ else []:
            if with_.args.get("recursive") and isinstance(cte.this, exp.SetOperation):
                # what the first part gives, then what comes of it
                named[cte.alias_or_name.lower()] = self._renamed(self.query(cte.this.left, named, outer), cte)
            named[cte.alias_or_name.lower()] = self._renamed(self.query(cte.this, named, outer), cte)
        if isinstance(query, exp.Subquery):
            return self.query(query.this, named, outer)
        if isinstance(query, exp.SetOperation):
            return self._set_operation(query, named, outer)
        if isinstance(query, exp.Values):
            select = _Select({}, outer=outer)
            leaves = self._leaves(query.expressions, select, named)
            return Relation({}, lambda _: leaves)
        if isinstance(query, exp.Select):
            return self._select(query, named, outer)
        raise Untraceable(f"a {query.key} cannot be followed")

    def _set_operation(
        self, query: exp.SetOperation, named: Mapping[str, Relation], outer: _Select | None
    ) -> Relation:
        left, right = (self.query(side, named, outer) for side in (query.left, query.right))
        columns = {
            name: leaves | other
            for (name, leaves), other in zip(left.columns.items(), right.columns.values(), strict=False)
        }
        both = Relation({**left.columns, **columns}, left.others or right.others)
        if not isinstance(query, exp.Union) or query.args.get("distinct"):
            self._use(f"a {query.key}", both.all())
        return both

    def _select(self, select: exp.Select, named: Mapping[str, Relation], outer: _Select | None) -> Relation:
        names = _Select({}, outer=outer)
        from_ = select.args.get("from_") or select.args.get("from")
        joins = select.args.get("joins") or []
        for source in [from_, *joins, *(select.args.get("laterals") or [])]:
            if source is not None:
                self._add_source(source if isinstance(source, exp.Lateral) else source.this, names, named)
        names.aliases = {
            projection.alias.lower(): projection.this
            for projection in select.expressions
            if isinstance(projection, exp.Alias)
        }
        relation = self._projected(select.expressions, names, named)

        for join in joins:
            self._use("a join", self._leaves([join.args.get("on")], names, named))
            for column in join.args.get("using") or []:
                self._use("a join", self._column(column.name.lower(), "", names))
        for place, words in (("where", "a filter"), ("having", "a filter"), ("qualify", "a filter")):
            self._use(words, self._leaves([select.args.get(place)], names, named))
        self._grouping(select, names, named)
        distinct = select.args.get("distinct")
        if distinct is not None:
            on = distinct.args.get("on")
            self._use("a distinct", self._leaves([on], names, named) if on else relation.all())
        if select.args.get("limit"):
            self._use("an order with a limit", self._leaves([select.args.get("order")], names, named))
        return relation

    def _grouping(self, select: exp.Select, names: _Select, named: Mapping[str, Relation]) -> None:
        group = select.args.get("group")
        if group is None:
            return
        keys: list[exp.Expression | None] = []
        for key in group.iter_expressions():
            is_position = isinstance(key, exp.Literal) and not key.is_string
            keys.append(select.expressions[int(key.name) - 1] if is_position else key)
        if group.args.get("all"):
            keys += [column for column in select.expressions if not column.find(exp.AggFunc)]
        self._use("a grouping", self._leaves(keys, names, named))

    def _add_source(self, source: exp.Expression, names: _Select, named: Mapping[str, Relation]) -> None:
        alias = source.alias_or_name.lower()
        if isinstance(source, exp.Table) and isinstance(source.this, exp.Identifier):
            schema, name = source.text("db").lower(), source.name.lower()
            relation = named[name] if not schema and name in named else self._tables(schema, name)
        elif isinstance(source, exp.Subquery) or (
            isinstance(source, exp.Lateral) and isinstance(source.this, exp.Subquery)
        ):
            query = source if isinstance(source, exp.Subquery) else source.this
            relation = self.query(query.this, named, names)
        else:  # a function, unnest or values: what goes in may come out of any column
            leaves = self._leaves(list(source.iter_expressions()), names, named)
            relation = Relation({}, lambda _: leaves)
        relation = self._renamed(relation, source)
        for pivot in source.args.get("pivots") or []:
            inside = _Select({alias: relation})
            turned = self._leaves([pivot], inside, named)
            relation = Relation(relation.columns, lambda _, turned=turned: turned)
            alias = (pivot.alias or alias).lower()
        names.sources[alias] = relation
        for join in source.args.get("joins") or []:  # (a join b) inside a from
            self._add_source(join.this, names, named)

    @staticmethod
    def _renamed(relation: Relation, source: exp.Expression) -> Relation:
        """The relation under the column names of `as name (column, …)`."""
        alias = source.args.get("alias")
        new = [column.name.lower() for column in (alias.args.get("columns") or [] if alias else [])]
        if not new:
            return relation
        if not relation.columns:
            return Relation({name: relation.all() for name in new}, relation.others)
        pairs = zip(new, relation.columns.values(), strict=False)
        return Relation({**relation.columns, **dict(pairs)}, relation.others)

    def _projected(
        self, projections: Sequence[exp.Expression], names: _Select, named: Mapping[str, Relation]
    ) -> Relation:
        columns: dict[str, Leaves] = {}
        rest = NOTHING
        is_open = False
        for projection in projections:
            star = projection.this if isinstance(projection, exp.Column) else projection
            if not isinstance(star, exp.Star):
                columns[projection.alias_or_name.lower()] = self._leaves([projection], names, named)
                continue
            left_out = {
                column.name.lower() for column in star.args.get("except_") or star.args.get("except") or []
            }
            of = projection.args.get("table") if isinstance(projection, exp.Column) else None
            for source in [names.sources[of.name.lower()]] if of else names.sources.values():
                columns |= {name: leaves for name, leaves in source.columns.items() if name not in left_out}
                if source.others:
                    is_open, rest = True, rest | source.others(ANY_COLUMN)
            for replaced in star.args.get("replace") or []:
                columns[replaced.alias.lower()] = self._leaves([replaced.this], names, named)
            for renamed in star.args.get("rename") or []:
                columns[renamed.alias.lower()] = self._leaves([renamed.this], names, named)
        return Relation(columns, (lambda _: rest) if is_open else None)

    def _leaves(
        self, expressions: Iterable[exp.Expression | None], names: _Select, named: Mapping[str, Relation]
    ) -> Leaves:
        found: set[Leaf] = set()
        for expression in expressions:
            if expression is not None:
                found |= self._of(expression, names, named, frozenset())
        return frozenset(found)

    def _of(
        self, node: exp.Expression, names: _Select, named: Mapping[str, Relation], bound: frozenset[str]
    ) -> Leaves:
        if isinstance(node, exp.Query):
            return self.query(node, named, names).all()
        if isinstance(node, exp.Column):
            name, table = node.name.lower(), node.table.lower()
            if isinstance(node.this, exp.Star) or (table or name) in bound:
                return NOTHING
            return self._column(name, table, names)
        if self._is_digest_of_a_row(node):
            return NOTHING
        if isinstance(node, exp.Lambda):
            bound |= {parameter.name.lower() for parameter in node.expressions}
        return NOTHING.union(*(self._of(child, names, named, bound) for child in node.iter_expressions()))

    def _is_digest_of_a_row(self, node: exp.Expression) -> bool:
        named = isinstance(node, exp.Anonymous) and node.name.lower() in DIGEST_NAMES
        if not (named or isinstance(node, DIGESTS) or node.key in DIGEST_NAMES):
            return False
        read = {column.name.lower() for column in node.find_all(exp.Column)}
        return any(row <= read for row in self._whole_rows)

    def _column(self, name: str, table: str, names: _Select) -> Leaves:
        scope: _Select | None = names
        while scope is not None:
            if table in scope.sources:
                leaves = scope.sources[table].get(name)
                if leaves is None:
                    raise Untraceable(f"{table} has no column {name}")
                return leaves
            if not table:
                listed = [of.columns[name] for of in scope.sources.values() if name in of.columns]
                if not listed:
                    listed = [of.others(name) for of in scope.sources.values() if of.others]
                alias = scope.aliases.get(name)
                if alias is not None and not (isinstance(alias, exp.Column) and alias.name.lower() == name):
                    without = {other: value for other, value in scope.aliases.items() if other != name}
                    listed.append(
                        self._of(alias, _Select(scope.sources, without, scope.outer), {}, frozenset())
                    )
                if listed:
                    return NOTHING.union(*listed)
            scope = scope.outer
        if table:  # a field of a column that is a struct
            return self._column(table, "", names)
        raise Untraceable(f"column {name} is in none of the tables that are read")

    def _use(self, place: str, leaves: Leaves) -> None:
        if leaves:
            self.uses.append((place, leaves))


Chain = tuple[str, ...]


def violations(manifest: Mapping[str, Any], *, sensitive_schemes: Iterable[str] = ()) -> list[str]:
    """One sentence for every place where a protected column decides something or comes out.

    Parameters
    ----------
    manifest
        dbt's manifest, with the compiled SQL of every model.
    sensitive_schemes
        Schemes that may be decided by protected columns.

    Raises
    ------
    Untraceable
        Where nothing is marked as protected, a model is not compiled, or its SQL cannot be followed.
    """
    nodes = {
        name: node
        for name, node in {**manifest["sources"], **manifest["nodes"]}.items()
        if node["resource_type"] in ("source", "seed", "snapshot", "model")
    }
    protected = {
        (name, column.lower())
        for name, node in nodes.items()
        for column, documented in node["columns"].items()
        if _meta(documented).get("protected")
    }
    if not protected:
        raise Untraceable("No column is marked as protected, so there is nothing to follow.")
    whole_rows = [
        frozenset(column.lower() for column in nodes[name]["columns"]) for name in {of for of, _ in protected}
    ]
    by_relation = {
        (node["schema"].lower(), (node.get("identifier") or node.get("alias") or node["name"]).lower()): name
        for name, node in nodes.items()
    }
    dialect = manifest["metadata"].get("adapter_type", "duckdb")
    allowed = {scheme + ending for scheme in sensitive_schemes for ending in DECISIONS}
    marts = {
        node["name"] for node in nodes.values() if node["original_file_path"].startswith("models/marts/")
    }
    traced: dict[str, Traced] = {}

    def table(schema: str, name: str) -> Relation:
        node = by_relation.get((schema, name), f"{schema}.{name}")
        known = traced[node].relation.columns if node in traced else {}
        is_open = node not in traced or traced[node].relation.others is not None
        return Relation(
            {column: frozenset({(node, column)}) for column in known},
            (lambda column: frozenset({(node, column)})) if is_open else None,
        )

    taint: dict[Leaf, dict[str, Chain]] = {}
    sentences: list[str] = []

    def tainted(leaves: Leaves) -> Iterator[tuple[str, Chain]]:
        """Each protected column among the leaves, and the shortest way it came."""
        ways = [
            way
            for node, column in sorted(leaves)
            for place in ((node, column), (node, ANY_COLUMN))
            for way in taint.get(place, {}).items()
        ]
        if any(column == ANY_COLUMN for _, column in leaves):
            ways += [
                way for (node, _), of in taint.items() if (node, ANY_COLUMN) in leaves for way in of.items()
            ]
        yield from dict(sorted(ways, key=lambda way: (way[0], -len(way[1]), way[1]))).items()

    def says(chain: Chain, *more: str) -> str:
        return f"({' -> '.join((*chain, *more))})"

    for name in _in_order(nodes):
        node = nodes[name]
        short = node["name"]
        is_mart = short in marts
        of_parents = [
            (leaf, way) for leaf in sorted(taint) if leaf[0] in _parents(node) for way in taint[leaf].items()
        ]
        if node.get("language") == "python":
            for column, chain in dict(way for _, way in of_parents).items():
                sentences.append(f"{column} is handed to the Python model {short} {says(chain, short)}.")
                taint.setdefault((name, ANY_COLUMN), {})[column] = (*chain, short)
        elif node["resource_type"] == "model":
            traced[name] = _traced(node, table, dialect=dialect, whole_rows=whole_rows)
            relation = traced[name].relation
            for origin in sorted(column for of, column in protected if of == name):
                # the contract's own column, and what it is read from
                column = f"{short.removeprefix('input_')}.{origin}"
                for leaf in [(name, origin), *relation.columns.get(origin, NOTHING)]:
                    taint.setdefault(leaf, {})[column] = (f"{short}.{origin}",)
            of_key = {
                column
                for column, _ in tainted(relation.columns.get(ROW_KEY, NOTHING))
                if short == f"stg_{column.split('.')[0]}"
            }
            for place, leaves in traced[name].uses:
                for column, chain in tainted(leaves):
                    if column not in of_key:
                        sentences.append(f"{column} is used in {place} of {short} {says(chain, short)}.")
            others = [(ANY_COLUMN, relation.others(ANY_COLUMN))] if relation.others else []
            for output, leaves in [*relation.columns.items(), *others]:
                if (name, output) in protected or (is_mart and output in allowed):
                    continue
                for column, chain in tainted(leaves):
                    if column in of_key and output in (ROW_KEY, VERDICT):
                        continue
                    step = f"{short}.{output}"
                    taint.setdefault((name, output), {})[column] = (*chain, step)
                    if is_mart and not any(earlier.split(".")[0] in marts for earlier in chain):
                        sentences.append(f"{column} reaches {step} {says(chain, step)}.")
        for origin in sorted(column for of, column in protected if of == name and name not in traced):
            taint.setdefault((name, origin), {})[f"{short}.{origin}"] = (f"{short}.{origin}",)
    return list(dict.fromkeys(sentences))


def _traced(
    node: Mapping[str, Any],
    table: Callable[[str, str], Relation],
    *,
    dialect: str,
    whole_rows: Iterable[frozenset[str]],
) -> Traced:
    if not node.get("compiled_code"):
        raise Untraceable(f"{node['name']} is not compiled; run dbt compile or a refresh first.")
    tracer = _Tracer(table, whole_rows=whole_rows)
    try:
        relation = tracer.query(parse_one(node["compiled_code"], read=dialect), {})
    except (ValueError, SqlglotError) as error:
        raise Untraceable(f"{node['name']}: {error}") from error
    return Traced(relation, tracer.uses)


def _in_order(nodes: Mapping[str, Any]) -> Iterator[str]:
    """Names of nodes, parents first."""
    done: set[str] = set()

    def walk(name: str) -> Iterator[str]:
        if name in done or name not in nodes:
            return
        done.add(name)
        for parent in _parents(nodes[name]):
            yield from walk(parent)
        yield name

    for name in sorted(nodes):
        yield from walk(name)


def _parents(node: Mapping[str, Any]) -> list[str]:
    return node.get("depends_on", {}).get("nodes", [])


def _meta(column: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**column.get("meta", {}), **column.get("config", {}).get("meta", {})}


def sensitive_schemes(project: Path) -> set[str]:
    """Schemes that the catalogue of a project marks as sensitive."""
    files = sorted((project / "seeds").rglob("scheme_catalogue.csv"))
    return {
        row["scheme"]
        for file in files
        for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines())
        if row["is_sensitive"].strip().lower() == "true"
    }


def main(arguments: Sequence[str]) -> int:
    """Say what is wrong. Exit code 0: nothing; 1: violations; 2: the project cannot be followed."""
    target = Path(arguments[0] if arguments else "target")
    try:
        manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
        found = violations(manifest, sensitive_schemes=sensitive_schemes(Path.cwd()))
    except (OSError, Untraceable) as error:
        print(f"The protected columns cannot be followed: {error}", file=sys.stderr)
        return 2
    for sentence in found:
        print(sentence, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
