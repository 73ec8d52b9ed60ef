/**
 * A list as a table, which is a list of entries of a few lines on a phone. Style alone does that (`theme/tables.css`):
 * whatever the width, every row and every control stands once in the page.
 */
import type { JSXOutput } from '@builder.io/qwik';
import { keyFor } from '~/lib/keys';

export interface Column<T> {
  title: string;
  cell: (row: T) => JSXOutput;
  /** Classes of its cells. */
  class?: string;
  /** Numbers stand at the right. */
  num?: boolean;
  /** Of a table whose columns are fixed, as CSS has it. */
  width?: string;
  /** Left out where the window is narrower. */
  from?: 'lg';
  /**
   * Its place on a phone: `lead` takes the first line, `end` stands at its end; in the second line stand a `fact` with its
   * title, a `plain` one without, and `cut`, which takes the room that is left; `actions` come last, and their title is
   * not seen. The first column leads; others are facts.
   */
  phone?: 'lead' | 'end' | 'fact' | 'plain' | 'cut' | 'actions' | 'none';
}

interface Props<T> {
  /** What the rows are, for those who do not see them. */
  caption: string;
  columns: Column<T>[];
  rows: T[];
  keyOf: (row: T) => string;
  /** Columns have their widths whatever stands in them. */
  fixed?: boolean;
}

export const DataTable = <T,>({ caption, columns, rows, keyOf, fixed }: Props<T>) => (
  <table class={['data stacked', fixed && 'table-fixed']}>
    <caption class="sr-only">{caption}</caption>
    <thead>
      <tr>
        {columns.map((column) => (
          <th
            key={keyFor(column.title)}
            scope="col"
            class={[column.num && 'num', column.from && 'max-lg:hidden']}
            style={column.width === undefined ? undefined : { width: column.width }}
          >
            {column.phone === 'actions' ? <span class="sr-only">{column.title}</span> : column.title}
          </th>
        ))}
      </tr>
    </thead>
    <tbody class="rows">
      {rows.map((row) => (
        <tr key={keyFor(keyOf(row))}>
          {columns.map((column, at) => {
            const place = column.phone ?? (at === 0 ? 'lead' : 'fact');
            return (
              <td
                key={keyFor(column.title)}
                class={[column.class, column.num && 'num', column.from && 'max-lg:hidden']}
                data-phone={place}
                data-label={place === 'fact' ? column.title : undefined}
              >
                {place === 'actions' ? <span class="flex justify-end gap-2 max-sm:justify-start">{column.cell(row)}</span> : column.cell(row)}
              </td>
            );
          })}
        </tr>
      ))}
    </tbody>
  </table>
);
