/** Files and folders that a document names, as they stand there, so that whoever deploys it can send them along. */
import { isJsonObject } from '#contracts/json';
import type { ModuleCatalog } from '#contracts/module';
import { readData } from '#language/source';

export function referencedFiles(source: string, modules: ModuleCatalog): string[] {
  const document = readData(source);
  const found = new Set<string>();
  for (const module of isJsonObject(document) && Array.isArray(document.modules) ? document.modules : []) {
    if (!isJsonObject(module) || !isJsonObject(module.config)) continue;
    for (const setting of modules.get(String(module.type))?.files ?? []) {
      const path = module.config[setting];
      if (typeof path === 'string' && path !== '') found.add(path);
    }
    // A component in another language runs here as the JavaScript beside it.
    const { source: component } = module.config;
    if (typeof component === 'string') found.add(component.replace(/\.\w+$/, '.js'));
  }
  return [...found];
}
