/** Lines of the editor that mean something just now: the steps of a run, each with what it came to at its end. */
import { StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, WidgetType } from '@codemirror/view';

export interface LineMark {
  /** 1-based. */
  from: number;
  to: number;
  /** A status of a step, or `chosen`. */
  status: string;
  /** At the end of the first line. */
  text?: string;
}

export const markLines = StateEffect.define<LineMark[]>();

class Word extends WidgetType {
  constructor(
    private readonly text: string,
    private readonly status: string,
  ) {
    super();
  }

  override eq(other: Word): boolean {
    return other.text === this.text && other.status === this.status;
  }

  /** A press on it is one on its line. */
  override ignoreEvent(): boolean {
    return false;
  }

  override toDOM(): HTMLElement {
    const dom = document.createElement('span');
    dom.className = 'editor-word';
    dom.dataset.status = this.status;
    dom.textContent = this.text;
    return dom;
  }
}

export const lineMarks = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    for (const effect of transaction.effects)
      if (effect.is(markLines))
        return Decoration.set(
          effect.value.flatMap((one) => decorations(transaction.state.doc, one)),
          true,
        );
    return marks.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

function decorations(doc: { lines: number; line(number: number): { from: number; to: number } }, { from, to, status, text }: LineMark) {
  const last = Math.min(to, doc.lines);
  const lines = Array.from({ length: Math.max(0, last - from + 1) }, (_, at) =>
    Decoration.line({ class: 'editor-mark', attributes: { 'data-status': status } }).range(doc.line(from + at).from),
  );
  if (text === undefined || from > doc.lines) return lines;
  return [...lines, Decoration.widget({ widget: new Word(text, status), side: 1 }).range(doc.line(from).to)];
}
