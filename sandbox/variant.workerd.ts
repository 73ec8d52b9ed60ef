/** QuickJS inside of the runtime, which takes WebAssembly only as a module of the bundle. */
import variant from '@jitl/quickjs-wasmfile-release-sync';
import { newVariant, type QuickJSSyncVariant } from 'quickjs-emscripten-core';
// The package's own name for this file does not resolve to a module of the bundle.
import wasmModule from '../node_modules/@jitl/quickjs-wasmfile-release-sync/dist/emscripten-module.wasm';

export const quickjs = (wasmMemory: WebAssembly.Memory): QuickJSSyncVariant => newVariant(variant, { wasmModule, wasmMemory });
