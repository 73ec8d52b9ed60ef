/** Files and folders that a document names, as they stand there, so that whoever deploys it can send them along. */
import { isJsonObject, type JsonObject } from '#contracts/json';
import type { ModuleCatalog, ModuleFacts } from '#contracts/module';
import { readData } from '#language/parse-source';

export function referencedFiles(source: string, modules: ModuleCatalog): string[] {
  const document = readData(source);
  const found = new Set<string>();
  for (const module of isJsonObject(document) && Array.isArray(document.modules) ? document.modules : []) {
    if (!isJsonObject(module) || !isJsonObject(module.config)) continue;
    for (const path of filesOf(modules.get(String(module.type)), module.config)) found.add(path);
  }
  return [...found];
}

/** Those that the settings of one module name. */
export function filesOf(facts: Pick<ModuleFacts, 'files'> | undefined, config: JsonObject): string[] {
  const named = (facts?.files ?? []).flatMap((setting) => {
    const path = config[setting];
    return typeof path === 'string' && path !== '' ? [path] : [];
  });
  // A component in another language runs here as the JavaScript beside it.
  const { source: component } = config;
  return typeof component === 'string' ? [...named, component.replace(/\.\w+$/, '.js')] : named;
}
