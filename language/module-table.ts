/** The modules of a document by name, and what one of them finds around itself. */
import type { JsonObject } from '#contracts/json';
import type { ApplicationFiles, ModuleFacts, ModuleUse, ModuleView, Mount } from '#contracts/module';
import type { Place } from '#language/checker';
import type { MapNode } from '#language/source';

export interface Module {
  name: string;
  type: string;
  /** `undefined` for a step type used as a module, and for a type that nobody knows. */
  facts: ModuleFacts | undefined;
  /** A step type used as a module: a part of a chain. */
  part: boolean;
  /** As written. */
  config: JsonObject;
  /** As its schema reads it, defaults filled in. */
  settings: JsonObject;
  dependsOn: string[];
  map: MapNode;
  /** `keyRange` is that of its first key. */
  at: Place;
}

export class ModuleTable {
  readonly #modules = new Map<string, Module>();
  /** Topics to which the work of a module is handed on. */
  readonly forward = new Map<string, string[]>();

  /** Transitions that a request sets going, by method and path. */
  readonly actions = new Map<string, { workflow: string; action: string }[]>();

  /** The document watches for patterns of events. */
  watches = false;

  constructor(private readonly around: Pick<ModuleUse, 'pipeline' | 'step' | 'machine' | 'mapping' | keyof ApplicationFiles>) {}

  /** Files of the application. */
  get files(): ApplicationFiles {
    return this.around;
  }

  add(module: Module): void {
    if (!this.#modules.has(module.name)) this.#modules.set(module.name, module);
  }

  get(name: string): Module | undefined {
    return this.#modules.get(name);
  }

  names(): string[] {
    return [...this.#modules.keys()];
  }

  all(): Module[] {
    return [...this.#modules.values()];
  }

  ofType(type: string): Module[] {
    return this.all().filter((module) => module.type === type);
  }

  use(module: Module, by: ModuleUse['by'], route?: Mount): ModuleUse {
    return {
      ...viewOf(module),
      by,
      ...(route ? { route } : {}),
      forward: this.forward.get(module.name) ?? [],
      actions: (route && this.actions.get(`${route.method} ${route.path}`)) ?? [],
      watches: this.watches,
      module: (name) => this.#view(name),
      near: (...types) => this.#near(module, types),
      ...this.around,
    };
  }

  #view(name: string): ModuleView | undefined {
    const found = this.#modules.get(name);
    return found && viewOf(found);
  }

  /** Breadth first over what it depends on; then the only one of the application. */
  #near(from: Module, types: string[]): ModuleView | undefined {
    const seen = new Set([from.name]);
    for (let level = [...from.dependsOn]; level.length > 0; ) {
      const next: string[] = [];
      for (const name of level) {
        if (seen.has(name)) continue;
        seen.add(name);
        const module = this.#modules.get(name);
        if (!module) continue;
        if (types.includes(module.type)) return viewOf(module);
        next.push(...module.dependsOn);
      }
      level = next;
    }
    const all = this.all().filter(({ type }) => types.includes(type));
    return all.length === 1 ? viewOf(all[0]!) : undefined;
  }
}

function viewOf({ name, type, settings }: Module): ModuleView {
  return { name, type, settings };
}
