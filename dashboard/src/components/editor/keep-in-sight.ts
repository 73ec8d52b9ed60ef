/**
 * Keeps the line of the cursor in sight when what stands below the text takes room from it, as a list of mistakes does that comes up
 * while somebody writes. Out of sight, completions would be too: they hang where the cursor is.
 */
import { type EditorView, ViewPlugin } from '@codemirror/view';

export const keepsCursorInSight = ViewPlugin.define((view: EditorView) => {
  let height = view.scrollDOM.clientHeight;
  return {
    update({ geometryChanged }) {
      if (!geometryChanged) return;
      view.requestMeasure({
        read: () => {
          const lost = height - view.scrollDOM.clientHeight;
          height = view.scrollDOM.clientHeight;
          const cursor = view.coordsAtPos(view.state.selection.main.head);
          const below = cursor === null ? 0 : cursor.bottom - view.scrollDOM.getBoundingClientRect().bottom;
          // Further below than that it was out of sight before.
          return below > 0 && below <= lost ? below + view.defaultLineHeight : 0;
        },
        write: (by) => {
          if (by > 0) view.scrollDOM.scrollTop += by;
        },
      });
    },
  };
});
