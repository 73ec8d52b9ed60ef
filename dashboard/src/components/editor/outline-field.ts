/** An outline of the text, held at its places while the text is written on. */
import { type EditorState, StateEffect, StateField } from '@codemirror/state';
import type { Outline } from '#contracts/outline';
import { NO_OUTLINE, placed } from '~/editor/outline';

export interface OutlineField {
  extension: StateField<Outline>;
  /** Of the text as it is when this is dispatched. */
  set(outline: Outline): StateEffect<Outline>;
  /** With the lines of now. */
  read(state: EditorState): Outline;
}

export function outlineField(): OutlineField {
  const effect = StateEffect.define<Outline>();
  // Places are held as positions; what is written at the end of a step is behind it until the text is read again.
  const extension = StateField.define<Outline>({
    create: () => NO_OUTLINE,
    update(held, { effects, changes, docChanged, newDoc }) {
      const told = effects.find((one) => one.is(effect))?.value;
      const line = (number: number) => newDoc.line(Math.min(Math.max(1, number), newDoc.lines));
      if (told)
        return placed(
          told,
          (number) => line(number).from,
          (number) => line(number).to,
        );
      if (!docChanged) return held;
      return placed(
        held,
        (at) => changes.mapPos(at, 1),
        (at) => changes.mapPos(at, -1),
      );
    },
  });
  return {
    extension,
    set: (outline) => effect.of(outline),
    read: (state) => placed(state.field(extension), (at) => state.doc.lineAt(at).number),
  };
}
