/**
 * XML that strangers send, read strictly.
 *
 * 1. What XML has beyond elements, attributes and text is refused before anything parses it: document types, and with them
 *    entities, CDATA, processing instructions, and comments where none belong. No well-formed document can hide one, for `<`
 *    stands for nothing else.
 * 2. Size, number of elements and depth are bounded, the first two before it is parsed.
 * 3. Whatever the parser only warns of is refused.
 * 4. Texts are taken from elements that hold nothing but text.
 */

import { NS } from '#workers/identity/saml/names';
import { XmlRefused } from '#workers/identity/saml/refused';
import { DOMParser } from '#xmldom';

export interface XmlAttribute {
  name: string;
  localName: string;
  namespaceURI: string | null;
  value: string;
}

/** As much of the parser's nodes as is used here. */
export interface XmlElement {
  nodeType: number;
  localName: string;
  namespaceURI: string | null;
  parentNode: unknown;
  childNodes: ArrayLike<XmlElement | XmlText>;
  attributes: ArrayLike<XmlAttribute>;
  getAttribute(name: string): string | null;
  hasAttribute(name: string): boolean;
}

interface XmlText {
  nodeType: number;
  data: string;
}

export interface Bounds {
  bytes: number;
  /** Of elements, and of attributes. */
  marks: number;
  depth: number;
  /** Comments are let be. */
  comments?: boolean;
}

const ELEMENT = 1;
const TEXT = 3;
const COMMENT = 8;
const DECLARATION = /^\uFEFF?\s*<\?xml\s[^<>]*\?>/;

/** Its root. Throws XmlRefused. */
export function readXml(text: string, bounds: Bounds): XmlElement {
  if (text.length > bounds.bytes) throw new XmlRefused(`it has more than ${bounds.bytes / 1024} KB`);
  const body = text.replace(DECLARATION, '');
  const markup = /<(!(?:--|\[CDATA\[|\w*)|\?)/g;
  for (const [, begin] of body.matchAll(markup)) {
    if (begin === '!--' && bounds.comments) continue;
    throw new XmlRefused(
      begin === '!--' ? 'it has a comment' : begin === '?' ? 'it has a processing instruction' : 'it has a document type, entities or CDATA',
    );
  }
  // Attributes and elements, or more: quotation marks and `<` are written for little else.
  if (count(body, '<') > bounds.marks * 2 || count(body, '"') + count(body, "'") > bounds.marks * 4) throw new XmlRefused('it has too many elements');
  const root = parsed(text.replace(/^\uFEFF?\s*/, ''));
  assertShallow(root, bounds.depth);
  return root;
}

function parsed(text: string): XmlElement {
  // Its words are left out: they quote what it read.
  const refuse = (cause: unknown): never => {
    throw cause instanceof XmlRefused ? cause : new XmlRefused('it is not well-formed XML', { cause });
  };
  let document: { documentElement?: XmlElement | null; childNodes: ArrayLike<XmlElement | XmlText> } | undefined;
  try {
    const parser = new DOMParser({ errorHandler: { warning: refuse, error: refuse, fatalError: refuse } });
    document = parser.parseFromString(text, 'text/xml') as unknown as typeof document;
  } catch (cause) {
    refuse(cause);
  }
  const nodes = Array.from(document?.childNodes ?? []);
  const root = document?.documentElement;
  const isText = nodes.some((node) => node.nodeType === TEXT && (node as XmlText).data.trim() !== '');
  if (!root || isText || nodes.filter(({ nodeType }) => nodeType === ELEMENT).length !== 1) throw new XmlRefused('it is not well-formed XML (no single root)');
  return root;
}

function count(text: string, mark: string): number {
  let found = 0;
  for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, at + 1)) found++;
  return found;
}

/** Level by level, for what is too deep would end whatever descends. */
function assertShallow(root: XmlElement, depth: number): void {
  let level = [root];
  for (let left = depth; level.length > 0; left--) {
    if (left === 0) throw new XmlRefused('it is nested too deep');
    level = level.flatMap((element) => childElements(element));
  }
}

/** The root and everything below it, in the order of the document. */
export function* elementsOf(root: XmlElement): Generator<XmlElement> {
  yield root;
  for (const child of childElements(root)) yield* elementsOf(child);
}

export function childElements(element: XmlElement): XmlElement[] {
  return Array.from(element.childNodes).filter((node): node is XmlElement => node.nodeType === ELEMENT);
}

export function childrenOf(element: XmlElement, namespace: keyof typeof NS, name: string): XmlElement[] {
  return childElements(element).filter((child) => isNamed(child, namespace, name));
}

export function isNamed(element: XmlElement, namespace: keyof typeof NS, name: string): boolean {
  return element.localName === name && element.namespaceURI === NS[namespace];
}

/** Without white space around it. Throws XmlRefused where there is more in the element than text. */
export function textOf(element: XmlElement): string {
  let text = '';
  for (const node of Array.from(element.childNodes)) {
    if (node.nodeType === COMMENT) continue;
    if (node.nodeType !== TEXT) throw new XmlRefused(`${element.localName} holds more than text`);
    text += (node as XmlText).data;
  }
  return text.trim();
}

/** `null` where it is absent; an attribute without a namespace. */
export function attributeOf(element: XmlElement, name: string): string | null {
  return element.hasAttribute(name) ? element.getAttribute(name) : null;
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character]!);
}
