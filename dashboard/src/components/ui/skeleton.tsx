/** Stands where rows will be; appears only when waiting is felt. */
export const Skeleton = ({ label, rows = 5 }: { label: string; rows?: number }) => (
  <div class="grid gap-2 p-1" role="status" aria-label={label}>
    {Array.from({ length: rows }, (_, i) => (
      <span key={i} class="skeleton h-4" style={{ width: `${[72, 48, 60, 36, 54][i % 5]}%` }} />
    ))}
  </div>
);
