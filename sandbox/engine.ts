/**
 * The QuickJS module of this isolate: loaded when first needed, and then there for all. A second one stands by, for the
 * case that a script brings the first into disorder: nobody else's script is to feel it.
 */
import { newQuickJSWASMModuleFromVariant, type QuickJSWASMModule } from 'quickjs-emscripten-core';
import { quickjs } from '#sandbox-variant';

/** What one engine may take in all, in pages of 64 KB; it begins with 16 MB. */
const FIRST_PAGES = 256;
const MOST_PAGES = 1536;

function newEngine(): Promise<QuickJSWASMModule> {
  return newQuickJSWASMModuleFromVariant(quickjs(new WebAssembly.Memory({ initial: FIRST_PAGES, maximum: MOST_PAGES })));
}

let loading: Promise<void> | undefined;
let current: QuickJSWASMModule | undefined;
let spare: QuickJSWASMModule | undefined;

/** To be awaited before any script is run or checked. */
export function loadEngine(): Promise<void> {
  loading ??= Promise.all([newEngine(), newEngine()]).then((modules) => {
    [current, spare] = modules;
  });
  return loading;
}

export function engineIsLoaded(): boolean {
  return current !== undefined;
}

export function engine(): QuickJSWASMModule {
  if (!current) throw new Error('The script engine is used before it is loaded.');
  return current;
}

/** Bytes that the engine has taken so far: what is freed stays with it. */
export function engineBytes(): number {
  return engine().getWasmMemory().buffer.byteLength;
}

/** Whether another engine stands by. */
export function hasSpareEngine(): boolean {
  return spare !== undefined;
}

/** The module cannot be used any longer. */
export function replaceEngine(): void {
  current = spare;
  spare = undefined;
  loading = newEngine().then((module) => {
    if (current) spare = module;
    else current = module;
  });
}
