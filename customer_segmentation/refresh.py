"""One refresh: lock, disk, load, build, guards, publish. What cron, CI and orchestrators call."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from customer_segmentation.contract import read_contract
from customer_segmentation.dbt_build import run_dbt_build
from customer_segmentation.errors import (
    DataRefused,
    EnvironmentFault,
    Mistakes,
    SegmentationError,
    WrongCall,
    told,
)
from customer_segmentation.forgetting import forget_in_texts
from customer_segmentation.guards import (
    TableCounts,
    check_delivered_volume,
    read_counts,
    read_guard_limits,
    read_published_counts,
    refuse_violations,
    volume_violations,
    with_erased,
    without_repeated,
)
from customer_segmentation.loading import LoadReport, load_folder, read_wishes_of_call
from customer_segmentation.loading.suppression import RECORDED, add_suppressed, suppressed_count
from customer_segmentation.money import money_notices
from customer_segmentation.output_guards import (
    output_violations,
    read_built_figures,
    read_published_figures,
    since_last_run,
)
from customer_segmentation.progress import Listener
from customer_segmentation.project import project_version
from customer_segmentation.publishing import (
    PublishInfo,
    public_marts,
    publish,
    published_run_id,
    read_manifest,
    remove_leftovers,
)
from customer_segmentation.questions import command
from customer_segmentation.rejections import Rejection, read_rejections, read_repeated_rows
from customer_segmentation.run_history import CUT_OFF, add_run, run_line
from customer_segmentation.run_notices import run_notices
from customer_segmentation.run_state import (
    RUNNING,
    check_disk_space,
    disk_faults,
    new_run_id,
    read_state,
    refresh_lock,
    room_for_the_end,
    unfinished_run,
    utc_now,
    write_state,
)
from customer_segmentation.scheme_usage import BUILT, SchemeUsage, read_scheme_usage
from customer_segmentation.segment_history import history_notices, load_kept_history
from customer_segmentation.warehouse import Warehouse, on_sound_build

if TYPE_CHECKING:
    import duckdb

INTERRUPTED = "The run was interrupted; `customer-segmentation status` tells what is published."
RECONCILIATION = "marts.input_reconciliation"
SETTINGS = "seeds.settings"
FACT_DAYS = {"orders": "ordered_date", "subscriptions": "started_date", "product_events": "occurred_date"}
LOADING, BUILDING, JUDGING, PUBLISHING = (
    "Loading the input",
    "Building and testing",
    "Judging the volume",
    "Publishing",
)
# in the words of the list of runs
STEPS = {LOADING: "input", BUILDING: "build or test", JUDGING: "volume", PUBLISHING: "publishing"}
FIRST_YEAR, LAST_YEAR = 1971, 2200


@dataclass(frozen=True)
class RefreshRequest:
    """What a refresh is asked to do. `as_of` is `today` or an ISO date."""

    input_folder: Path
    warehouse: Warehouse
    project: Path
    as_of: str
    adapter: str | None = None
    target: str = "duckdb"
    may_be_empty: Collection[str] = ()
    read_as: Collection[str] = ()
    accept_change: bool = False


@dataclass
class RefreshReport:
    """What a refresh did; `last_step` is what the list of runs says of one that ended there."""

    run_id: str
    as_of_date: date
    published_file: Path
    last_step: str = "start"
    counts: list[TableCounts] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    scheme_usage: SchemeUsage | None = None
    rejections: list[Rejection] = field(default_factory=list)


def refresh(request: RefreshRequest, listener: Listener | None = None) -> RefreshReport:
    """Load the input, build and test everything, judge the volume, and publish all marts together.

    Raises `WrongCall` for settings, `DataRefused` for data, `EnvironmentFault` for lock, disk and engine;
    the published file is then as it was before, and `state.json` says what happened. Mistakes of the call
    are told together, and so are those of the delivery, and those that the build finds.
    """
    listener = listener or Listener()
    as_of_date = _checked_as_of_date(request)
    warehouse = request.warehouse
    with disk_faults(warehouse, request.input_folder), refresh_lock(warehouse):
        report = RefreshReport(new_run_id(), as_of_date, warehouse.published_file)
        _tell_of_unfinished_run(warehouse, report, listener)
        state = {
            "run_id": report.run_id,
            "status": RUNNING,
            "as_of_date": as_of_date.isoformat(),
            "started_at": utc_now(),
            "input_folder": told(str(request.input_folder)),
            "adapter": request.adapter,
            "target": request.target,
            RECORDED: read_state(warehouse).get(RECORDED, 0),
        }
        with room_for_the_end(warehouse) as give_room_back:
            write_state(warehouse, state)
            outcome = {"status": "interrupted", "message": INTERRUPTED}
            try:
                remove_leftovers(warehouse)
                check_disk_space(warehouse, request.input_folder)
                with disk_faults(warehouse, request.input_folder):
                    _run_on_sound_build(request, report, listener)
                outcome = {"status": "published", "message": ""}
            except SegmentationError as error:
                outcome = {
                    "status": "refused" if error.exit_code == 1 else "failed",
                    "message": str(error),
                    "messages": list(error.sentences),
                }
                raise
            except KeyboardInterrupt as error:
                raise EnvironmentFault(INTERRUPTED) from error
            except Exception as error:
                outcome = {
                    "status": "failed",
                    "message": told(f"{type(error).__name__}: {error}"),
                }
                raise
            finally:
                give_room_back()
                _keep_record(warehouse, report, {**state, **outcome}, listener)
    return report


def _tell_of_unfinished_run(warehouse: Warehouse, report: RefreshReport, listener: Listener) -> None:
    last = read_state(warehouse)
    interrupted = unfinished_run(last)
    if interrupted:
        # a run may be cut off after it has published and before it says so
        was_published = published_run_id(warehouse.published_file) == last.get("run_id")
        add_run(warehouse, run_line({**last, "status": "published" if was_published else CUT_OFF}))
        report.notices.append(interrupted)
        listener.notice(interrupted)


def _keep_record(
    warehouse: Warehouse, report: RefreshReport, state: Mapping[str, Any], listener: Listener
) -> None:
    """Write how the run ended; where that fails it is said, and what the run itself has to say stays."""
    report.notices = [told(notice) for notice in report.notices]
    ended = {
        **state,
        RECORDED: suppressed_count(warehouse),
        "finished_at": utc_now(),
        "tables": [asdict(counts) for counts in report.counts],
        "notices": report.notices,
    }
    why = "" if ended["status"] == "published" else report.last_step
    try:
        write_state(warehouse, ended)
        failure = None
    except OSError as error:
        failure = f"The record of the run {warehouse.state_file} could not be written: {error.strerror}."
    for notice in filter(None, [failure, add_run(warehouse, run_line(ended, why=why))]):
        report.notices.append(notice)
        listener.notice(notice)


def _checked_as_of_date(request: RefreshRequest) -> date:
    """The as-of date of a call that is right; raises `WrongCall` with everything that is not."""
    mistakes = Mistakes()
    as_of_date = date.min
    with mistakes.noted():
        time_zone = reporting_time_zone(request.project)
        as_of_date = resolved_as_of_date(request.as_of, time_zone)
        if not request.accept_change:
            _refuse_a_day_to_come(as_of_date, resolved_as_of_date("today", time_zone))
    read_wishes_of_call(
        *(read_contract(request.project), request.project, request.adapter),
        *(request.read_as, request.may_be_empty, mistakes),
    )
    targets = known_targets(request.project)
    if request.target not in targets:
        mistakes.note(
            WrongCall(
                f"--target is '{request.target}'; the targets in profiles.yml are {', '.join(targets)}."
            )
        )
    if not request.input_folder.is_dir():
        mistakes.note(WrongCall(f"The input folder {request.input_folder} does not exist."))
    mistakes.refuse()
    return as_of_date


def _refuse_a_day_to_come(as_of_date: date, today: date) -> None:
    """Nobody has bought on a day to come: everybody would look lost, and the kept history would wait for it.

    Tomorrow may be today elsewhere.
    """
    if as_of_date > today + timedelta(days=1):
        raise WrongCall(
            f"--as-of is {as_of_date}, a day to come: today is {today}; if it is meant, "
            "repeat with --accept-change."
        )


def resolved_as_of_date(text: str, time_zone: str, *, now: datetime | None = None) -> date:
    """The date that `today` or an ISO date stands for; today is the day of `now` in the reporting time zone.

    Raises `WrongCall` for anything else.
    """
    if text == "today":
        try:
            zone = UTC if time_zone == "UTC" else ZoneInfo(time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise WrongCall(
                f"The setting 'reporting_time_zone' is '{time_zone}', which is no known time zone; "
                "use a name such as UTC or Europe/Berlin."
            ) from error
        return (now or datetime.now(UTC)).astimezone(zone).date()
    try:
        day = date.fromisoformat(text) if len(text) == len("2026-06-30") else None
    except ValueError:
        day = None
    if day is None or day.isoformat() != text or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise WrongCall(f"--as-of is '{text}'; it must be 'today' or a real date such as 2026-06-30.")
    return day


def facts_to_come(connection: "duckdb.DuckDBPyConnection", as_of_date: date) -> list[str]:
    """A sentence for each table of facts that lies wholly after the as-of date: nothing of it counts."""
    sentences = []
    built = {row[0] for row in connection.execute("select table_name from duckdb_columns()").fetchall()}
    for table, day in FACT_DAYS.items():
        if f"stg_{table}" not in built:
            continue
        staged, first_day = connection.execute(
            f"select count({day}), min({day}) from staging.stg_{table} where rejection_rule_id is null"
        ).fetchone() or (0, None)
        if staged and first_day > as_of_date:
            sentences.append(
                f"All {staged:,} {table.replace('_', ' ')} are after the as-of date {as_of_date}, "
                f"the first on {first_day}, so none of them counts."
            )
    return sentences


def reporting_time_zone(project: Path) -> str:
    """The var `reporting_time_zone` of dbt_project.yml; raises `WrongCall` for a file that is no YAML."""
    settings = _read_yaml(project / "dbt_project.yml")
    return str((settings.get("vars") or {}).get("reporting_time_zone", "UTC"))


def known_targets(project: Path) -> list[str]:
    """The targets of the project's profile in profiles.yml."""
    profiles = _read_yaml(project / "profiles.yml")
    return sorted(name for profile in profiles.values() for name in (profile or {}).get("outputs") or {})


def _read_yaml(file: Path) -> dict[str, Any]:
    try:
        return yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    except (yaml.YAMLError, ValueError) as error:  # a date such as 2026-02-30 is a ValueError
        raise WrongCall(f"{file.name} cannot be read: {' '.join(str(error).split())}.") from error


def _run_on_sound_build(request: RefreshRequest, report: RefreshReport, listener: Listener) -> None:
    before = list(report.notices)

    def say(sentence: str) -> None:
        report.notices = [*before, sentence]
        listener.notice(sentence)

    on_sound_build(request.warehouse, lambda: _run(request, report, listener), say)


def _run(request: RefreshRequest, report: RefreshReport, listener: Listener) -> None:
    def begin(phase: str) -> None:
        report.last_step = STEPS[phase]
        listener.phase(phase)

    warehouse = request.warehouse
    begin(LOADING)
    loaded = load_folder(
        request.input_folder,
        warehouse,
        request.project,
        adapter=request.adapter,
        may_be_empty=request.may_be_empty,
        read_as=request.read_as,
        as_of_date=report.as_of_date,
        listener=listener,
    )
    report.notices += loaded.notices
    begin(JUDGING)
    previous = _published_counts(request)
    if not request.accept_change:
        check_delivered_volume(_delivered_counts(loaded), previous, request.project)
    load_kept_history(warehouse, loaded.erased.new)
    begin(BUILDING)
    run_dbt_build(
        request.project,
        warehouse,
        target=request.target,
        as_of_date=report.as_of_date,
        run_id=report.run_id,
        listener=listener,
    )
    manifest = read_manifest(warehouse.target_folder)
    begin(JUDGING)
    with warehouse.connect_build(read_only=True) as connection:
        invocation_id = manifest.get("metadata", {}).get("invocation_id")
        report.counts = with_erased(
            read_counts(connection, RECONCILIATION, [report.run_id, invocation_id]),
            {table.table_name: table.rows_erased for table in loaded.tables},
        )
        limits = read_guard_limits(connection, SETTINGS)
        report.notices += money_notices(connection)
        report.notices += run_notices(connection)
        report.notices += facts_to_come(connection, report.as_of_date)
        report.notices += history_notices(connection, report.as_of_date)
        report.scheme_usage = read_scheme_usage(connection, BUILT)
        report.rejections = read_rejections(connection)
        judged = without_repeated(report.counts, read_repeated_rows(connection))
        figures, figures_before = (
            read_built_figures(connection),
            read_published_figures(warehouse.published_file),
        )
        report.notices += since_last_run(figures, figures_before)
        violations = [
            *volume_violations(judged, previous, limits),
            *output_violations(connection, figures_before, limits, report.counts),
        ]
    try:
        accepted = refuse_violations(
            violations,
            accept_change=request.accept_change,
            rejected_command=command("rejected", warehouse),
        )
    except DataRefused:
        for notice in report.notices:  # they may say why
            listener.notice(told(notice))
        raise
    report.notices += [accepted] if accepted else []
    begin(PUBLISHING)
    # first: who is on the list and still published is erased by the next run, and not the other way round
    if add_suppressed(warehouse, loaded.erased.new):
        forget_in_texts(warehouse, loaded.erased.identifiers)
    published = publish(
        warehouse,
        public_marts(manifest),
        PublishInfo(report.run_id, report.as_of_date, project_version(), loaded.input_fingerprint, figures),
        listener,
    )
    report.notices += published.notices


def _published_counts(request: RefreshRequest) -> list[TableCounts]:
    """What the last published run accepted; nothing of a broken file where any change is accepted."""
    try:
        return read_published_counts(request.warehouse.published_file)
    except EnvironmentFault:
        if not request.accept_change:
            raise
        return []


def _delivered_counts(loaded: LoadReport) -> list[TableCounts]:
    """The rows of each table that can be read: more are never accepted."""
    return [
        TableCounts(table.table_name, table.rows_read, table.rows_read - table.malformed_lines_count, 0)
        for table in loaded.tables
    ]
