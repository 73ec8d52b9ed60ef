/** A part of the design sheet under its heading, and colours by their names. */

export const Part = ({ title, children }: { title: string; children?: unknown }) => (
  <div class="mb-8">
    <h2 class="mb-3 border-b border-line pb-1 text-13 font-medium text-text-2">{title}</h2>
    {children as never}
  </div>
);

export const Swatches = ({ names }: { names: string[] }) => (
  <ul class="grid grid-cols-2 gap-x-6 gap-y-1 text-12 sm:grid-cols-4">
    {names.map((name) => (
      <li key={name} class="flex items-center gap-2">
        <span class="h-6 w-6 flex-none rounded border border-line-strong" style={{ background: `var(--${name})` }} />
        <span class="text-text-2">{name}</span>
      </li>
    ))}
  </ul>
);
