/**
 * `/docs`, of the platform or of an application: the OpenAPI document as one page that needs nothing else; no script, no foreign file.
 * Everything in it is text of the document, escaped.
 */

import { STYLE } from '#workers/api/docs-style';
import { answerOf, type JsonSchema, type OpenApiDocument, type Operation } from '#workers/api/openapi';

const rendered = new WeakMap<OpenApiDocument, string>();

export function docsPage(document: OpenApiDocument): Response {
  const html = rendered.get(document) ?? render(document);
  rendered.set(document, html);
  const nonce = crypto.randomUUID();
  return new Response(html.replace('<style>', `<style nonce="${nonce}">`), {
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
    },
  });
}

type Located = { method: string; path: string; operation: Operation; answers: [status: string, ReturnType<typeof answerOf>][] };

function render(document: OpenApiDocument): string {
  const all: Located[] = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const answers = Object.entries(operation.responses).map(([status, named]): Located['answers'][number] => [status, answerOf(document, named)]);
      return { method: method.toUpperCase(), path, operation, answers };
    }),
  );
  const groups = document.tags.map((tag) => ({ ...tag, located: all.filter(({ operation }) => operation.tags.includes(tag.name)) }));
  const { title, description } = document.info;
  const keys = Object.keys(document.components.securitySchemes).length > 0;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title><style>${STYLE}</style></head><body>
<nav aria-label="Endpoints"><a class="title" href="#top">${escaped(title)}</a>
${groups.map((group) => `<h2>${escaped(group.name)}</h2><ul>${group.located.map(navigation).join('')}</ul>`).join('')}
<h2>Schemas</h2><ul>${Object.keys(document.components.schemas)
    .map((name) => `<li><a href="#schema-${escaped(name)}">${escaped(name)}</a></li>`)
    .join('')}</ul></nav>
<main id="top"><header><h1>${escaped(title)}</h1>${prose(description)}
<p>${keys ? 'Send <code>Authorization: Bearer &lt;key&gt;</code>. ' : ''}This description as a file: <a href="openapi.json">openapi.json</a>.</p></header>
${groups.map((group) => `<section><h2>${escaped(group.name)}</h2><p>${escaped(group.description)}</p>${group.located.map(article).join('')}</section>`).join('')}
<section><h2>Schemas</h2>${Object.entries(document.components.schemas).map(component).join('')}</section></main></body></html>`;
}

function navigation({ method, path, operation }: Located): string {
  return `<li><a href="#${operation.operationId}"><span class="method ${method.toLowerCase()}">${method}</span> ${escaped(path.replace('/api/v1', ''))}</a></li>`;
}

function article({ method, path, operation, answers }: Located): string {
  const { operationId, summary, description, parameters, requestBody } = operation;
  const bodies = Object.entries(requestBody?.content ?? {});
  return `<article id="${operationId}"><h3><span class="method ${method.toLowerCase()}">${method}</span> <code>${escaped(path)}</code></h3>
<p class="summary">${escaped(summary)}</p>${prose(description)}
${parameters.length === 0 ? '' : `<h4>Parameters</h4>${table(parameters.map((one) => [`<code>${escaped(one.name)}</code>`, `${one.in}${one.required ? ', required' : ''}`, typeOf(one.schema), inline(one.description ?? '')]))}`}
${bodies.map(([type, { schema }]) => `<h4>Body <code>${escaped(type)}</code></h4>${shape(schema)}`).join('')}
<h4>Answers</h4>${table(
    answers.map(([status, one]) => {
      const [type, content] = Object.entries(one.content ?? {})[0] ?? [];
      return [`<code class="s${status[0]}">${status}</code>`, content ? typeOf(content.schema) || escaped(type!) : '', inline(one.description)];
    }),
  )}</article>`;
}

function component([name, schema]: [string, JsonSchema]): string {
  return `<article id="schema-${escaped(name)}"><h3><code>${escaped(name)}</code></h3>${prose(textOf(schema.description))}${shape(schema)}</article>`;
}

/** An object as a table of its fields; anything else by its type. */
function shape(schema: JsonSchema): string {
  const properties = schema.properties as Record<string, JsonSchema> | undefined;
  const examples = (schema.examples as unknown[] | undefined)?.slice(0, 1) ?? [];
  const example = examples.map((one) => `<pre>${escaped(JSON.stringify(one, null, 2))}</pre>`).join('');
  if (!properties) return `<p>${typeOf(schema)}</p>${example}`;
  const required = new Set(schema.required as string[] | undefined);
  const rows = Object.entries(properties).map(([name, one]) => [
    `<code>${escaped(name)}</code>`,
    required.has(name) ? 'required' : '',
    typeOf(one),
    inline(textOf(one.description)),
  ]);
  return table(rows) + example;
}

function typeOf(schema: JsonSchema): string {
  if (typeof schema.$ref === 'string') {
    const name = escaped(schema.$ref.split('/').at(-1)!);
    return `<a href="#schema-${name}">${name}</a>`;
  }
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => `<code>${escaped(String(value))}</code>`).join(' ');
  if (schema.const !== undefined) return `<code>${escaped(JSON.stringify(schema.const))}</code>`;
  const options = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined;
  if (options) return options.map(typeOf).filter(Boolean).join(' or ');
  if (schema.type === 'array') return `list of ${typeOf((schema.items as JsonSchema | undefined) ?? {}) || 'anything'}`;
  const bounds = [bound('from', schema.minimum), bound('to', schema.maximum)].filter(Boolean).join(' ');
  return escaped([schema.type, schema.format, bounds].filter((part) => typeof part === 'string' && part !== '').join(' '));
}

function bound(word: string, value: unknown): string {
  return typeof value === 'number' ? `${word} ${value}` : '';
}

function table(rows: string[][]): string {
  return `<div class="scroll"><table>${rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('')}</table></div>`;
}

/** Paragraphs and lists of the little Markdown that the document uses. */
function prose(text: string): string {
  return text
    .split('\n\n')
    .filter((block) => block.trim() !== '')
    .map((block) => {
      const lines = block.split('\n');
      if (!lines.every((line) => line.startsWith('- '))) return `<p>${inline(block)}</p>`;
      return `<ul>${lines.map((line) => `<li>${inline(line.slice(2))}</li>`).join('')}</ul>`;
    })
    .join('');
}

function inline(text: string): string {
  return escaped(text)
    .replaceAll(/`([^`]+)`/g, '<code>$1</code>')
    .replaceAll('\n', '<br>');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => ENTITIES[char]!);
}
