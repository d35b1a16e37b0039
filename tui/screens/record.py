"""Recording: the form of an event, and beside it what would change. Nothing is recorded that was not shown there."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from textual import on, work
from textual.containers import Vertical

from ledger.errors import LedgerError
from ledger.record import Recorded
from tui.clerk import Clerk, Look, Overtaken
from tui.columns import Column
from tui.drafts import Drafts, place_of
from tui.flags import spoken
from tui.form import Form, Understood, annulment
from tui.keymap import bindings
from tui.locale import N_, _, explain, ngettext_
from tui.phrases import type_name
from tui.screens.base import LedgerScreen
from tui.screens.record_form import FormPane
from tui.screens.record_kind import Rows
from tui.screens.record_preview import path_of, preview_items, version_rows
from tui.widgets.safe import one_line
from tui.widgets.sheet import Item, Sheet
from tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from textual.widget import Widget

    from projections.reading import Reading

PREVIEW_WAIT: Final = 0.15
"""How long nothing must be typed before the ledger is asked what would change."""
DRAFT_WAIT: Final = 0.4
OVERTAKEN: Final = N_("! Others have recorded meanwhile, and it would do something else now.")
LABELS: Final = (12, 20)


class RecordScreen(LedgerScreen):
    """One form, until it is recorded or left."""

    SECTIONS = ("form",)
    BINDINGS = [*bindings("form"), *bindings("correcting")]
    CSS = """
    RecordScreen #main { width: 1fr; }
    RecordScreen #beside { width: 1fr; }
    RecordScreen #beside #detail { width: 1fr; height: 1fr; display: block; }
    RecordScreen #versions { display: none; height: 40%; border: round $frame; }
    RecordScreen.-correcting #versions { display: block; }
    RecordScreen.-normal #panes { layout: horizontal; }
    RecordScreen.-normal #main { width: 1fr; height: 1fr; }
    RecordScreen.-narrow #beside, RecordScreen.-low #beside, RecordScreen.-short #beside { display: none; }
    RecordScreen.-previewing #main { display: none; }
    RecordScreen.-previewing #beside { display: block; }
    """

    def __init__(self, form: Form, clerk: Clerk, drafts: Drafts, before: Form | None = None) -> None:
        super().__init__()
        self.form = form
        self.before = before
        """The entry that is corrected, as a form."""
        self.clerk = clerk
        self.drafts = drafts
        self.look: Look | None = None
        self.notice: tuple[str, ...] = ()
        self.recording = False
        self._kept = ""
        self._unsaved = ""
        """Why what is written is not kept as a draft; empty when it is."""
        self._warned = False
        """Whether the person has been told so when leaving."""
        self._waiting = False
        """Whether something was written that is not kept yet."""

    def panes(self) -> Iterable[Widget]:
        yield Vertical(FormPane(self.form, self.clerk), id="main")
        versions = VirtualList(id="versions")
        versions.can_focus = False
        sheet = Sheet(id="detail")
        sheet.can_focus = False
        yield Vertical(sheet, versions, id="beside")

    def show(self, reading: Reading) -> None:
        self.set_class(self.form.target is not None, "-correcting")
        if not self.pane.at:
            self.pane.begin(self.form)
        self._again()
        if self.is_active:  # once it is recorded, what recording it again would do is of no interest
            self._ask()

    # ---------------------------------------------------------------------------------------------- the form

    def load(self, form: Form, before: Form | None = None) -> None:
        """Another form in the place of this one."""
        self.form, self.before, self.look, self.notice, self._kept = form, before, None, (), ""
        self.set_class(form.target is not None, "-correcting")
        self.remove_class("-previewing")
        self.pane.begin(form)
        self._again()
        self._ask()

    @property
    def pane(self) -> FormPane:
        """The form on the screen."""
        return self.query_one(FormPane)

    @property
    def understood(self) -> Understood:
        """What is written, as the pane has read it."""
        return self.pane.understood

    @on(FormPane.Changed)
    def _changed(self) -> None:
        self.notice, self._warned = (), False
        self._draw_beside()
        self._ask()
        self._keep_draft()

    def _again(self) -> None:
        """Draw the form and what is beside it from what is written now."""
        asked = self.look is not None and self.look.command == self.pane.form.read().command
        self.pane.refusal = self.look.error if self.look is not None and asked else None
        self.pane.again()
        self._draw_beside()
        self._draw_title()
        self.refresh_bars()

    def _draw_title(self) -> None:
        name = type_name(self.form.wire_name)
        if self.form.target is not None:
            name = _("Correction of #{entry}").format(entry=self.form.target)
        self.query_one("#main").border_title = one_line(f"{name}{self._kept}")

    def _draw_beside(self) -> None:
        place = place_of(self.clerk.book) or ""
        writing = self.pane.at if self.pane.editor.offers else ""
        items = preview_items(self.form, self.understood, self.look, self.notice, place, writing)
        self.query_one("#detail", Sheet).set_items(items, keep_place=True)
        self.query_one("#detail").border_title = one_line(_("What changes"))
        if self.before is not None:
            versions = self.query_one("#versions", VirtualList)
            versions.border_title = one_line(_("Before and now"))
            titles = (_("field"), f"#{self.form.target}", _("now"))
            versions.set_columns((Column("", 1), *(Column(title, 6, share=1) for title in titles)))
            versions.set_rows(Rows(version_rows(self.before, self.form, self.pane.names)))

    # ---------------------------------------------------------------------------------------------- being filled in

    @work(exclusive=True, group="look")
    async def _ask(self) -> None:
        """Ask what would change, once nothing has been typed for a moment."""
        await asyncio.sleep(PREVIEW_WAIT)
        await self._looked()

    async def _looked(self) -> None:
        understood = self.understood
        look = await asyncio.to_thread(self.clerk.look, understood.command, whole=understood.whole)
        self.pane.names |= look.names
        taken = look.taken.intersection(self.form.suggested().values())
        if taken:  # what was suggested is on record: suggest another
            self.form.taken |= look.taken
            understood = self.form.read()
            look = await asyncio.to_thread(self.clerk.look, understood.command, whole=understood.whole)
        seen, self.look = self.look, look if understood.whole else None
        if self.look and seen and seen.overtaken_by(self.look):
            since = await asyncio.to_thread(self._since, seen.head)
            self._note(_(OVERTAKEN), *since, _("Look it through; ctrl+s records it as it is now."))
        elif taken and seen and seen.head < look.head:
            told = _("! Others have recorded {refs} meanwhile. Look whether it is the same; another is suggested now.")
            since = await asyncio.to_thread(self._since, seen.head)
            self._note(told.format(refs=", ".join(sorted(taken))), *since)
        else:
            self._again()

    # ---------------------------------------------------------------------------------------------- keys

    def action_row(self, by: int) -> None:
        """To the next row, or the one before."""
        self.pane.step(by)

    def action_down(self) -> None:
        """Down in what is offered, else to the next row."""
        self.pane.down()

    def action_up(self) -> None:
        """Up in what is offered, else to the row before."""
        self.pane.up()

    def action_offer(self) -> None:
        """Everything the field can be filled with."""
        self.pane.offer_all()

    def action_remove(self) -> None:
        """Take away the group whose heading the cursor is on."""
        self.pane.remove_group()

    def action_page(self, by: int) -> None:
        """Turn the pages of what would change."""
        sheet = self.query_one("#detail", Sheet)
        sheet.scroll_relative(y=by * max(1, sheet.size.height - 1), animate=False)

    def action_turn(self) -> None:
        """The form, or what would change, where there is no room for both."""
        self.toggle_class("-previewing")

    def action_help(self) -> None:
        """Every key."""
        self.vedtak.action_help()

    def command_words(self) -> list[str]:
        """The command that records the same; what it takes, as long as something is missing."""
        if not self.understood.whole:
            return ["vedtak", "record", self.form.wire_name, "--help"]
        said = {name: value for name, value in self.understood.command.items() if name != "command"}
        words = shlex.split(spoken(said, place_of(self.clerk.book) or ""))
        return words if words[0] == "vedtak" else ["vedtak", "record", "--from", "FILE.jsonl"]

    @property
    def sections(self) -> tuple[str, ...]:
        return ("form", "correcting") if self.form.target is not None else ("form",)

    def action_back(self) -> None:
        """Away from what is offered, from the preview, then from the form; what is written is kept as a draft."""
        editor = self.pane.editor
        if editor.chosen >= 0:
            editor.set_offers(())
        elif self.has_class("-previewing"):
            self.remove_class("-previewing")
        elif not self.recording and self.may_leave():
            self.app.pop_screen()

    def may_leave(self) -> bool:
        """Keep the draft; False where it cannot be kept and the person is told so only now."""
        self._keep_now()
        if not self._unsaved or self._warned:
            return True
        self._warned = True
        self._tell(f"✗ {self._unsaved}", "→ " + _("Make room for it, or leave without it: the same key once more."))
        return False

    def action_annul(self) -> None:
        """Withdraw the entry altogether instead of recording it rightly, or the other way round."""
        if self.form.target is None or self.before is None:
            return
        kept = {path: text for path, text in self.form.texts.items() if path.startswith(("corrects.", "sources[0]"))}
        if self.form.wire_name == "entry-annulled":
            form = Form.correction(self.form.target, self.before.read().command, {})
        else:
            form = annulment(self.form.target, self.before.texts.get("effective", ""))
        form.texts |= kept
        form.command_id = self.form.command_id
        self.load(form, self.before)

    # ---------------------------------------------------------------------------------------------- drafts

    @work(exclusive=True, group="draft")
    async def _keep_draft(self) -> None:
        self._waiting = True
        await asyncio.sleep(DRAFT_WAIT)
        self._keep_now()

    def on_unmount(self) -> None:
        """Keep what was written last, when the program is left in the midst of it."""
        if self._waiting:
            self._keep()

    def _keep_now(self) -> None:
        self._keep()
        self._draw_title()

    def _keep(self) -> None:
        if not self.form.touched:
            return
        try:
            saved = self.drafts.keep(self.form).astimezone()
            told = _("draft saved {time}").format(time=f"{saved:%H:%M}")
            self._unsaved, self._waiting = "", False
        except OSError as error:
            told = self._unsaved = _("the draft could not be saved: {reason}").format(reason=error.strerror)
        self._kept = f" · {told}"

    def _kept_or_not(self) -> str:
        if self._unsaved:
            return _("Stay here until there is room: {problem}.").format(problem=self._unsaved)
        return _("The draft is kept.")

    # ---------------------------------------------------------------------------------------------- recording

    def action_record(self) -> None:
        """Record what is shown; show it first where it is not."""
        self.pane.leave_field()
        if not self.recording:
            self._record()

    @work(group="record")
    async def _record(self) -> None:
        self._again()
        wanting = [*self.understood.errors, *self.understood.missing]
        if wanting:
            count = len(wanting)
            told = ngettext_("Not yet: {count} field is in the way.", "Not yet: {count} fields are in the way.", count)
            self._tell(told.format(count=count))
            self.remove_class("-previewing")
            self.pane.go(wanting[0])
        elif self.look is None or self.look.command != self.understood.command:
            await self._looked()
            if self.look is not None and self.look.error is None:
                self._tell(*self.notice, _("Look it through; ctrl+s once more records it."))
        elif self.look.error is not None:
            self._to_refusal(self.look.error)
        elif self.small and not self.has_class("-previewing"):
            self.add_class("-previewing")
        else:
            await self._record_seen(self.look)

    def _to_refusal(self, error: LedgerError) -> None:
        """Go to the row that the pen refuses; where it is about none, to what the pen says."""
        path = path_of(self.form, error)
        self.set_class(self.small and path is None, "-previewing")
        if path is not None:
            self.pane.go(path)

    async def _record_seen(self, look: Look) -> None:
        self._keep_now()
        self.recording = True
        try:
            outcome = await asyncio.to_thread(self.clerk.record, look.command, look)
        except LedgerError as error:
            problem, remedy = explain(error)
            since = await asyncio.to_thread(self._since, look.head)
            header = (_("Recorded by others meanwhile:"),) if since else ()
            self._tell(f"✗ {problem}", f"→ {remedy}", self._kept_or_not(), *header, *since)
            self._ask()
        else:
            self._finish(outcome)
        finally:
            self.recording = False

    def _since(self, head: int) -> tuple[str, ...]:
        try:
            return self.clerk.since(head)
        except LedgerError:
            return ()

    def _finish(self, outcome: Recorded | Overtaken) -> None:
        if isinstance(outcome, Overtaken):
            self.look = outcome.look
            told = _("Nothing was recorded, and the draft is kept. Look it through; ctrl+s records it as it is now.")
            self._tell(_(OVERTAKEN), *outcome.since, told)
            return
        self._recorded(outcome)

    def _note(self, *notice: str) -> None:
        """Say something beside the form, which stays where it is: somebody may be writing in it."""
        self.notice = notice
        self._again()
        self.query_one("#detail", Sheet).scroll_to(y=0, animate=False)

    def _tell(self, *notice: str) -> None:
        """Say something to whoever has just asked for it, in the place of the form where there is no room for both."""
        self._note(*notice)
        if self.small:
            self.add_class("-previewing")

    def _recorded(self, outcome: Recorded) -> None:
        from tui.screens.record_done import DoneScreen

        self._waiting = False
        for worker in self.workers:
            if worker.group == "draft" and worker.node is self:
                worker.cancel()
        try:
            self.drafts.erase(self.form.command_id)
        except OSError as error:
            self.app.notify(str(error.strerror), markup=False)
        self.vedtak.fetch()
        form, before = self.form, self.before
        title = _("It was recorded before, as #{entry}.") if outcome.repeated else _("Recorded as #{entry}.")
        items = [Item(text=type_name(form.wire_name), look="title")]
        if before is not None:
            rows = [row.cells for row in version_rows(before, form, self.pane.names)]
            items += [Item(name, f"{old} → {new}") for sign, name, old, new in rows if sign != " "]
        items = items[:14]

        def answered(what: str | None) -> None:
            if what == "another":
                self.load(form.another())
                return
            self.app.pop_screen()
            if what in {"open", "before"}:
                self.vedtak.show_recorded(outcome.position, form.target if what == "before" else None)

        done = DoneScreen(title.format(entry=outcome.position), items, corrected=form.target)
        self.app.push_screen(done, answered)
