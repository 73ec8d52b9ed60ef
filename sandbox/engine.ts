/**
 * The QuickJS module of this isolate: loaded when first needed, and then there for all. A second one stands by, for the
 * case that a script brings the first into disorder: nobody else's script is to feel it.
 */
import { newQuickJSWASMModuleFromVariant, type QuickJSWASMModule } from 'quickjs-emscripten-core';
import { quickjs } from '#sandbox-variant';

let loading: Promise<void> | undefined;
let current: QuickJSWASMModule | undefined;
let spare: QuickJSWASMModule | undefined;

/** To be awaited before any script is run or checked. */
export function loadEngine(): Promise<void> {
  loading ??= Promise.all([newQuickJSWASMModuleFromVariant(quickjs), newQuickJSWASMModuleFromVariant(quickjs)]).then((modules) => {
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

/** The module cannot be used any longer. */
export function replaceEngine(): void {
  current = spare;
  spare = undefined;
  loading = newQuickJSWASMModuleFromVariant(quickjs).then((module) => {
    if (current) spare = module;
    else current = module;
  });
}
