/** CodeMirror as the pages use it: YAML, with what the schema knows of it. Loaded only where something is edited. */
import {
  acceptCompletion,
  autocompletion,
  type CompletionContext,
  type CompletionResult,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, foldGutter, foldKeymap, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, lintKeymap, type Diagnostic as Mark, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, hoverTooltip, keymap, lineNumbers, tooltips } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { Diagnostic } from '#contracts/diagnostics';
import type { JsonObject } from '#contracts/json';
import type { Outline, OutlinePipeline } from '#contracts/outline';
import { patchBetween } from '~/builder/yaml/text';
import { NO_OUTLINE } from '~/editor/outline';
import { aboutAt, type Suggestion, suggestionsAt } from '~/editor/suggestions';
import { keepsCursorInSight } from './keep-in-sight';
import { type LineMark, lineMarks, markLines } from './line-marks';
import { outlineField } from './outline-field';

export interface Editor {
  text(): string;
  /** Gives it another text, changing only what differs; undo brings the old one back. */
  write(text: string): void;
  /** Underlines what the platform finds wrong. */
  tell(diagnostics: readonly Diagnostic[]): void;
  /** What the platform has read in it: names for completion. */
  read(outline: Outline): void;
  /** Keeps the places of a pipeline that was run, whatever is written since; `undefined`: of none. */
  follow(pipeline: OutlinePipeline | undefined): void;
  /** That pipeline, with the lines of now. */
  followed(): OutlinePipeline | undefined;
  /** Marks lines, with a word at their end. */
  mark(marks: readonly LineMark[]): void;
  /** Scrolls to a line, 1-based, and leaves the cursor where it is. */
  reveal(line: number): void;
  /** To a place, 1-based. */
  show(line: number, column?: number): void;
  /** Once the schema is there: completion and hover. */
  know(schema: JsonObject): void;
  destroy(): void;
}

export interface EditorOptions {
  text: string;
  label: string;
  change(text: string): void;
  /** The cursor is in another line, 1-based. */
  moved?(line: number): void;
}

export function mountEditor(parent: HTMLElement, { text, label, change, moved }: EditorOptions): Editor {
  let schema: JsonObject | undefined;
  let line = 1;
  const [known, run] = [outlineField(), outlineField()];
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        appearance(),
        yaml(),
        indentUnit.of('  '),
        EditorState.tabSize.of(2),
        lineNumbers(),
        foldGutter({ openText: '⌄', closedText: '›' }),
        lintGutter(),
        lineMarks,
        known.extension,
        run.extension,
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        highlightSelectionMatches(),
        search({ top: true }),
        keepsCursorInSight,
        autocompletion({
          override: [(context) => complete(context, schema, known.read(context.state))],
          activateOnCompletion: ({ apply }) => typeof apply === 'string' && apply.endsWith(': '),
          icons: false,
        }),
        hoverTooltip((view, position) => hover(view, position, schema)),
        keymap.of([
          { key: 'Tab', run: acceptCompletion },
          ...closeBracketsKeymap,
          ...defaultKeymap,
          ...searchKeymap,
          ...historyKeymap,
          ...foldKeymap,
          ...completionKeymap,
          ...lintKeymap,
          // Escape, then Tab, leaves the editor: CodeMirror lets go of Tab for two seconds.
          indentWithTab,
        ]),
        EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0', spellcheck: 'false', autocapitalize: 'off', autocorrect: 'off' }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) change(update.state.doc.toString());
          const now = update.state.doc.lineAt(update.state.selection.main.head).number;
          if (now !== line) moved?.(now);
          line = now;
        }),
      ],
    }),
  });
  return {
    text: () => view.state.doc.toString(),
    write: (next) => view.dispatch({ changes: patchBetween(view.state.doc.toString(), next) }),
    tell: (diagnostics) =>
      view.dispatch(
        setDiagnostics(
          view.state,
          diagnostics.map((one) => markOf(view.state, one)),
        ),
      ),
    read: (outline) => view.dispatch({ effects: known.set(outline) }),
    follow: (pipeline) => view.dispatch({ effects: run.set(pipeline ? { ...NO_OUTLINE, pipelines: [pipeline] } : NO_OUTLINE) }),
    followed: () => run.read(view.state).pipelines[0],
    mark: (marks) => view.dispatch({ effects: markLines.of([...marks]) }),
    reveal: (number) => view.dispatch({ effects: EditorView.scrollIntoView(positionOf(view.state, number, 1), { y: 'center' }) }),
    show(number, column = 1) {
      const at = positionOf(view.state, number, column);
      view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: 'center' }) });
      view.focus();
    },
    know: (known) => {
      schema = known;
    },
    destroy: () => view.destroy(),
  };
}

function complete(context: CompletionContext, schema: JsonObject | undefined, outline: Outline): CompletionResult | null {
  if (!schema) return null;
  const line = context.state.doc.lineAt(context.pos);
  const found = suggestionsAt(schema, outline, linesOf(context.state), line.number - 1, context.pos - line.from);
  if (!found || found.options.length === 0) return null;
  const from = line.from + found.from;
  // A blank line asks for nothing; a key that was just written asks for its value.
  if (!context.explicit && from === context.pos && !/[:.{]\s?$/.test(line.text.slice(0, found.from))) return null;
  return { from, validFor: /^[\w.-]*$/, options: found.options.map(optionOf) };
}

function optionOf({ label, detail, info, kind, insert, first }: Suggestion): CompletionResult['options'][number] {
  return {
    label,
    type: kind,
    ...(detail === undefined ? {} : { detail }),
    ...(info === undefined ? {} : { info: () => paragraph(info) }),
    ...(insert === undefined ? {} : { apply: insert }),
    ...(first ? { boost: 10 } : {}),
  };
}

function hover(view: EditorView, position: number, schema: JsonObject | undefined) {
  if (!schema) return null;
  const line = view.state.doc.lineAt(position);
  const about = aboutAt(schema, linesOf(view.state), line.number - 1, position - line.from);
  if (!about) return null;
  return {
    pos: line.from + about.from,
    end: line.from + about.to,
    above: true,
    create: () => {
      const dom = document.createElement('div');
      dom.className = 'editor-about';
      const title = document.createElement('strong');
      title.textContent = about.title;
      dom.append(title, ...(about.text === undefined ? [] : [paragraph(about.text)]), ...about.facts.map(paragraph));
      return { dom };
    },
  };
}

function markOf(state: EditorState, { line, column, end_line, end_column, severity, message, hint, code }: Diagnostic): Mark {
  const from = positionOf(state, line, column);
  const to = Math.max(from, positionOf(state, end_line, end_column));
  return {
    from,
    // An empty range cannot be seen.
    to: to > from ? to : Math.min(from + 1, state.doc.length),
    severity,
    message: hint === undefined ? message : `${message} ${hint}`,
    source: code,
  };
}

/** 1-based line and column to a position that exists. */
function positionOf(state: EditorState, line: number, column: number): number {
  const one = state.doc.line(Math.min(Math.max(1, line), state.doc.lines));
  return Math.min(one.from + Math.max(0, column - 1), one.to);
}

const split = new WeakMap<object, string[]>();

/** Split once for each state of the text. */
function linesOf({ doc }: EditorState): string[] {
  const known = split.get(doc) ?? doc.toString().split('\n');
  split.set(doc, known);
  return known;
}

function paragraph(text: string): HTMLElement {
  const dom = document.createElement('p');
  dom.textContent = text;
  return dom;
}

/** Colours by the tokens of the pages; the sheet that CodeMirror adds carries the page's nonce. */
function appearance(): Extension {
  const nonce = document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce;
  return [
    ...(nonce ? [EditorView.cspNonce.of(nonce)] : []),
    tooltips({ parent: document.body }),
    syntaxHighlighting(
      HighlightStyle.define([
        { tag: [tags.definition(tags.propertyName), tags.propertyName], class: 'yaml-key' },
        { tag: [tags.string, tags.content, tags.special(tags.string)], class: 'yaml-string' },
        { tag: [tags.number], class: 'yaml-number' },
        { tag: [tags.bool, tags.null, tags.keyword, tags.labelName, tags.typeName], class: 'yaml-word' },
        { tag: [tags.comment, tags.lineComment], class: 'yaml-comment' },
      ]),
    ),
  ];
}
