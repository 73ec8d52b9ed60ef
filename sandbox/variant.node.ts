/** QuickJS in Node, for the command line and for tests: the package finds its file itself. */
import variant from '@jitl/quickjs-wasmfile-release-sync';
import { newVariant, type QuickJSSyncVariant } from 'quickjs-emscripten-core';

export const quickjs = (wasmMemory: WebAssembly.Memory): QuickJSSyncVariant => newVariant(variant, { wasmMemory });
