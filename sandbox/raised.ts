/** What a script threw, in words, or the limit that ended it. */
import type { QuickJSContext, QuickJSHandle } from 'quickjs-emscripten-core';
import { ScriptError } from '#sandbox/errors';
import { LINES_BEFORE } from '#sandbox/hardening';

const MAX_MESSAGE = 1000;
const LIMIT_MESSAGES: { [message: string]: string | undefined } = {
  'out of memory': 'The script takes too much memory.',
  'string too long': 'The script builds a text that is too long.',
  'The script takes too long.': 'The script takes too long.',
};

/** What a script threw, in words. Takes the handle. */
export function raised(context: QuickJSContext, error: QuickJSHandle, lines: number): ScriptError {
  const read = (name: string): string => {
    const value = context.getProp(error, name);
    try {
      return context.typeof(value) === 'string' ? context.getString(value) : '';
    } finally {
      value.dispose();
    }
  };
  try {
    const [name, message] = context.typeof(error) === 'object' ? [read('name'), read('message')] : ['', ''];
    if (name === '' && message === '') {
      const thrown = context.dump(error) as unknown;
      // Where there is no memory left for an error, the engine throws null.
      if (thrown === null) return new ScriptError('limit', 'The script takes too much memory, or threw null.');
      return new ScriptError('raised', short(typeof thrown === 'string' ? thrown : `The script threw ${JSON.stringify(thrown)}.`));
    }
    if (
      message === 'out of memory' ||
      message === 'string too long' ||
      message === 'interrupted' ||
      message.includes('stack overflow') ||
      message.includes('call stack size') ||
      message === 'The script takes too long.'
    ) {
      return new ScriptError('limit', LIMIT_MESSAGES[message] ?? 'The script nests too deep.');
    }
    const line = Number(/script\.js:(\d+)/.exec(read('stack'))?.[1] ?? Number.NaN) - LINES_BEFORE;
    const place = line > 0 && line <= lines ? ` (line ${line})` : '';
    return new ScriptError('raised', short(`${name === '' ? 'Error' : name}: ${message}${place}`));
  } catch {
    // Out of memory leaves nothing to read.
    return new ScriptError('limit', 'The script takes too much memory.');
  } finally {
    error.dispose();
  }
}

function short(text: string): string {
  return text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)}…` : text;
}
