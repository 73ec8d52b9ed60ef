/** As much of `@xmldom/xmldom` as is used. Its own types bring those of browsers along, which are not what the runtime has. */
export class DOMParser {
  constructor(options: { errorHandler: Record<'warning' | 'error' | 'fatalError', (message: unknown) => void> });
  parseFromString(text: string, type: 'text/xml'): unknown;
}
